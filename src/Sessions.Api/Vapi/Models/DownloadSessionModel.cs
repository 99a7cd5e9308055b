using Sessions.Domain;

namespace Sessions.Api.Vapi.Models;

/// <summary>A download session as clients see it.</summary>
internal sealed record DownloadSessionModel(
    string Id,
    string LibraryItemId,
    string LibraryItemContentVersion,
    LocalizableMessage? ErrorMessage,
    long ClientProgress,
    string State,
    DateTimeOffset ExpirationTime)
{
    const string Name = "com.vmware.content.library.item.download_session_model";

    public static VapiType Shape { get; } =
        new StructureOf<DownloadSessionModel>(Name)
            .Optional("id", VapiType.Text, model => model.Id)
            .Optional("library_item_id", VapiType.Text, model => model.LibraryItemId)
            .Optional("library_item_content_version", VapiType.Text, model => model.LibraryItemContentVersion)
            .Optional("error_message", LocalizableMessage.Shape, model => model.ErrorMessage)
            .Optional("client_progress", VapiType.Integer, model => model.ClientProgress)
            .Optional("state", VapiType.OneOf("ACTIVE", "CANCELED", "ERROR"), model => model.State)
            .Optional("expiration_time", VapiType.Time, model => model.ExpirationTime)
            .Build();

    /// <summary>
    /// The same structure as the input of a creation. Only the item is read; the other fields are ignored, since some
    /// clients put odd values into them.
    /// </summary>
    public static VapiType CreateSpec { get; } =
        new VapiType.Structure(Name, [new Field("library_item_id", VapiType.Text, IsOptional: false)]);

    /// <summary>
    /// A living session as clients see it. The API has no state for an expired session: a complete one reads as canceled,
    /// any other as failed, with a text that says when and why.
    /// </summary>
    public static DownloadSessionModel Of(SessionId id, Session.Living session)
    {
        var (state, message) = (session as Session.Ended)?.Ending switch
        {
            null => ("ACTIVE", null),
            SessionEnding.Failed failed => ("ERROR", Errors.OfClient(failed.Message)),
            SessionEnding.Expired { Reason: not ExpiryReason.Complete } expired =>
                ("ERROR", Errors.OfExpiry((Session.Ended)session, expired)),
            _ => ("CANCELED", null),
        };
        return new DownloadSessionModel(
            id.ToString(),
            session.Origin.Item.ItemId.ToString("D"),
            session.Origin.Item.ContentVersion,
            message,
            session.Progress,
            state,
            session.Lease.ExpiresAt);
    }
}
