using Sessions.Api.Vapi.Models;
using Sessions.Api.Vapi.Operations;
using Sessions.Content;
using Sessions.Domain;

namespace Sessions.Api.Downloads;

/// <summary>Where clients fetch the files that are ready.</summary>
internal sealed class FileEndpoints(ContentLibrary content, DownloadLinks links)
{
    /// <summary>The endpoint of a file, of the kind that was asked for; null as long as it is not ready.</summary>
    /// <remarks>
    /// A session that has ended still shows where its files were: clients assume that a file that is ready has an endpoint,
    /// and the link itself answers that the session is over.
    /// </remarks>
    public TransferEndpointModel? Of(HttpContext http, CalledSession session, SessionFile file) => file switch
    {
        { Status: FileStatus.Prepared, Asked: EndpointType.Direct } =>
            Locate(session.State.Origin.Item.ItemId, file.File.Name) is { } uri ? new(uri.AbsoluteUri, null) : null,
        { Status: FileStatus.Prepared } => new(
            links.LinkTo(http.Request, session.Address, file.File.Name).AbsoluteUri, DownloadLinks.ThumbprintOf(http)),
        _ => null,
    };

    Uri? Locate(Guid itemId, string fileName) =>
        content.Current is var catalog && catalog.Item(itemId) is { } item && catalog.Library(item.LibraryId) is { } library
            ? content.Locate(library, item, fileName)
            : null;
}
