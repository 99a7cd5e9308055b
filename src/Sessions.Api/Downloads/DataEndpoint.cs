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
/// What stands behind data links: the bytes of a file, whole or in ranges, to whoever has the link. A
/// link that does not hold is 404, whatever is wrong with it; only of a disk that fails is it said to come back.
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
            // Whoever guesses links is nobody who is known.
            return limits.Count(http.Connection.RemoteIpAddress) ?? Errors.DeadLink();
        }

        if (limits.Count(address.Owner) is { } tooMany)
            return tooMany;

        var known = BeginsTransfer(http.Request) ? sessions.Recall(address) : null;
        if (known?.Linked(name) is null)
            known = await sessions.Load(address);
        if (known?.Linked(name) is not { } pinned)
            return Errors.DeadLink();

        // A disk may be slow, and the thread that brought the answer has answers for others.
        await Task.Yield();
        var (opened, fault) = Open(known.Session, pinned, address);
        await using var file = opened;
        if (file is null)
            return fault ?? Errors.DeadLink();

        // How slowly a client may read is for his session's lease to say.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return await Send(http, new Transfer(
            transfers, address, pinned, file.SafeFileHandle, http, ProvenanceOf(http, address), known.Lease(clock)));
    }

    /// <summary>
    /// The file, if it is there as it was pinned and may be read. A disk that fails, or another program that
    /// keeps the file for itself, is no matter of the link: the client may come back.
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

    /// <summary>Whether bytes leave for certain if the link holds: nothing else is asked about the file.</summary>
    static bool BeginsTransfer(HttpRequest request)
    {
        var headers = request.Headers;
        return HttpMethods.IsGet(request.Method)
            && headers.Range.Count + headers.IfMatch.Count + headers.IfNoneMatch.Count == 0
            && headers.IfModifiedSince.Count + headers.IfUnmodifiedSince.Count == 0;
    }

    /// <summary>The framework works out what leaves, by the headers of the request; the transfer sends it.</summary>
    static async ValueTask<Answer> Send(HttpContext http, Transfer transfer)
    {
        var file = transfer.File;
        if (!IsRangeMeant(http.Request.Headers))
            http.Request.Headers.Remove(HeaderNames.Range);
        // A cache would give it out after the link is dead, and nobody would know.
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
    /// Whether a range is one of bytes, and its condition can be read at all. Another unit is passed over, and so is the range
    /// of whoever has an unknown version (RFC 9110, 14.2 and 13.1.5); the framework would send a part.
    /// </summary>
    static bool IsRangeMeant(IHeaderDictionary headers) =>
        headers.Range.ToString().TrimStart().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
        && (headers.IfRange.Count == 0 || RangeConditionHeaderValue.TryParse(headers.IfRange.ToString(), out _));

    /// <summary>Whoever has a link acts for the session's owner, who had it made.</summary>
    Provenance ProvenanceOf(HttpContext http, SessionAddress address) => new(
        "data get",
        address.Owner,
        Roles: null,
        ClientAddress.Of(http),
        Caller.TraceParentOf(http.Request),
        node.Value);
}
