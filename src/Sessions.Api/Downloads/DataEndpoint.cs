using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using Sessions.Api.Access;
using Sessions.Api.Vapi;
using Sessions.Api.Vapi.Dialects;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Api.Downloads;

/// <summary>
/// Serves data links: the bytes of a file, whole or in ranges, to every client that has the link. A link that is not valid
/// is answered with 404, whatever is wrong with it; only if the disk fails is the client told to retry.
/// </summary>
internal sealed class DataEndpoint(
    DownloadLinks links, KnownSessions sessions, ContentLibrary content, Transfers transfers, NodeName node,
    Answering answering, RequestLimits limits, TimeProvider clock)
{
    const string Methods = "GET, HEAD";

    readonly ModernDialect dialect = new();

    public void Map(IEndpointRouteBuilder routes) => routes.Map(DownloadLinks.Path + "{capability}/{**name}", Handle);

    async Task Handle(HttpContext http)
    {
        var answer = await answering.Answer(http, this, static (http, endpoint) => endpoint.Serve(http));
        if (answer?.Error is not { } error)
            return;

        // The headers that the framework has set by now describe the file and not the error.
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
            // A client that guesses links has no known user, so it is counted by its address.
            return limits.Count(http.Connection.RemoteIpAddress) ?? Errors.DeadLink();
        }

        if (limits.Count(address.Owner) is { } tooMany)
            return tooMany;

        var known = BeginsTransfer(http.Request) ? sessions.Recall(address) : null;
        if (known?.Linked(name) is null)
            known = await sessions.Load(address);
        if (known?.Linked(name) is not { } pinned)
            return Errors.DeadLink();

        // The disk may be slow, and the thread that brought the database's answer has answers for other requests.
        await Task.Yield();
        var (opened, fault) = Open(known.Session, pinned, address);
        await using var file = opened;
        if (file is null)
            return fault ?? Errors.DeadLink();

        // The session's lease limits how slowly a client may read.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return await Send(http, new Transfer(
            transfers, address, pinned, file.SafeFileHandle, http, ProvenanceOf(http, address), known.Lease(clock)));
    }

    /// <summary>
    /// The file, if it is there as it was pinned and may be read. If the disk fails, or another program has locked the
    /// file, the link is still valid and the client may retry.
    /// </summary>
    (FileStream? File, VapiError? Fault) Open(Session.Active session, PinnedFile pinned, SessionAddress address)
    {
        try
        {
            return (content.Open(session.Origin.Item.ItemId, pinned), null);
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or IOException)
        {
            transfers.LogFailed(unreadable, pinned.Name, address.Id);
            return (null, unreadable is IOException ? Errors.Unavailable(outcomeUnknown: false) : null);
        }
    }

    /// <summary>Whether a valid link is certain to send bytes: a GET without a range or a condition.</summary>
    static bool BeginsTransfer(HttpRequest request)
    {
        var headers = request.Headers;
        return HttpMethods.IsGet(request.Method)
            && headers.Range.Count + headers.IfMatch.Count + headers.IfNoneMatch.Count == 0
            && headers.IfModifiedSince.Count + headers.IfUnmodifiedSince.Count == 0;
    }

    /// <summary>The framework chooses the bytes by the request's headers; the transfer sends them.</summary>
    static async ValueTask<Answer> Send(HttpContext http, Transfer transfer)
    {
        var file = transfer.File;
        if (!IsRangeMeant(http.Request.Headers))
            http.Request.Headers.Remove(HeaderNames.Range);
        // A cache would serve the file after the link is dead, without asking this server.
        http.Response.Headers.CacheControl = "private, no-cache";
        await TypedResults.Stream(
            new AskedRange(file.Size, transfer.Send),
            lastModified: file.ModifiedAt,
            entityTag: new EntityTagHeaderValue(string.Create(
                CultureInfo.InvariantCulture, $"\"{file.Size:x}-{file.ModifiedAt.UtcTicks:x}\"")),
            enableRangeProcessing: true).ExecuteAsync(http);
        return transfer.IsRefused ? Errors.DeadLink() : Answer.Done;
    }

    /// <summary>
    /// Whether the range is in bytes, and its condition can be read. If not, the range must be ignored and the whole file
    /// sent (RFC 9110, 14.2 and 13.1.5); the framework would send a part.
    /// </summary>
    static bool IsRangeMeant(IHeaderDictionary headers) =>
        headers.Range.ToString().TrimStart().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
        && (headers.IfRange.Count == 0 || RangeConditionHeaderValue.TryParse(headers.IfRange.ToString(), out _));

    /// <summary>A client with a link acts for the session's owner, who requested the link.</summary>
    Provenance ProvenanceOf(HttpContext http, SessionAddress address) => new(
        "data get",
        address.Owner,
        Roles: null,
        ClientAddress.Of(http),
        Caller.TraceParentOf(http.Request),
        node.Value);
}
