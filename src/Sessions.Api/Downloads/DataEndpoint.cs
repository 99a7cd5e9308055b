using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using Sessions.Api.Access;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Downloads;

/// <summary>
/// What stands behind data links: the bytes of a file, whole or in ranges, to whoever has the link. A
/// link that does not hold is 404, whatever is wrong with it.
/// </summary>
internal sealed class DataEndpoint(
    DownloadLinks links, EventStore store, ContentLibrary content, Transfers transfers, NodeName node,
    Answering answering, TimeProvider clock)
{
    const string Methods = "GET, HEAD";

    readonly ModernDialect dialect = new();

    public void Map(IEndpointRouteBuilder routes) => routes.Map(DownloadLinks.Path + "{capability}/{**name}", Handle);

    async Task Handle(HttpContext http)
    {
        var answer = await answering.Answer(http, this, static (http, endpoint) => endpoint.Serve(http));
        if (answer?.Error is not { } error)
            return;

        // What the framework has said of the file by now is not true of an error.
        http.Response.Clear();
        dialect.Print(http, error);
    }

    async ValueTask<Answer> Serve(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return Errors.WrongMethod(Methods);
        if (http.GetRouteValue("capability") is not string capability
            || http.GetRouteValue("name") is not string name
            || await links.Verify(capability, name, http.RequestAborted) is not { } address)
        {
            return Errors.DeadLink();
        }

        var askedAt = clock.GetTimestamp();
        var loaded = await store.Load(address, http.RequestAborted);
        if (loaded.Session is not Session.Active session
            || session.Lease.ExpiresAt <= loaded.ReadAt
            || session.ActivityOf(name).Prepared != EndpointType.Https
            || session.Origin.Item.File(name) is not { } pinned)
        {
            return Errors.DeadLink();
        }

        // A disk may be slow, and the thread that brought the answer has answers for others.
        await Task.Yield();
        await using var file = content.Open(session.Origin.Item.ItemId, pinned);
        if (file is null)
            return Errors.DeadLink();

        // How slowly a client may read is for his session's lease to say.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var known = new KnownLease(session.Lease.ExpiresAt, loaded.ReadAt, askedAt, clock);
        return await Send(http, new Transfer(transfers, address, pinned, file.SafeFileHandle, http, ProvenanceOf(http, address), known));
    }

    /// <summary>The framework works out what leaves, by the headers of the request; the transfer sends it.</summary>
    static async ValueTask<Answer> Send(HttpContext http, Transfer transfer)
    {
        var file = transfer.File;
        await TypedResults.Stream(
            new AskedRange(file.Size, transfer.Send),
            lastModified: file.ModifiedAt,
            entityTag: new EntityTagHeaderValue(string.Create(
                CultureInfo.InvariantCulture, $"\"{file.Size:x}-{file.ModifiedAt.UtcTicks:x}\"")),
            enableRangeProcessing: true).ExecuteAsync(http);
        return transfer.IsRefused ? Errors.DeadLink() : Answer.Done;
    }

    /// <summary>Whoever has a link acts for the session's owner, who had it made.</summary>
    Provenance ProvenanceOf(HttpContext http, SessionAddress address) => new(
        address.Owner,
        "data get",
        Roles: null,
        http.Connection.RemoteIpAddress?.ToString(),
        Caller.TraceParentOf(http.Request),
        node.Value);
}
