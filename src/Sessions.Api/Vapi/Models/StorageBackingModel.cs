namespace Sessions.Api.Vapi.Models;

/// <summary>What a library lies on: not a datastore of the vendor's, so only its URI describes it.</summary>
/// <param name="Location">The folder, for those who may know where it is; for others null.</param>
internal sealed record StorageBackingModel(Uri? Location)
{
    public static VapiType Shape { get; } =
        new StructureOf<StorageBackingModel>("com.vmware.content.library.storage_backing")
            .Optional("type", VapiType.OneOf("DATASTORE", "OTHER"), _ => "OTHER")
            .Optional("storage_uri", VapiType.Text, model => model.Location?.AbsoluteUri)
            .Build();
}
