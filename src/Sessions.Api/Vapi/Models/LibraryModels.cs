using Sessions.Content;

namespace Sessions.Api.Vapi.Models;

/// <summary>Libraries and their items as clients see them. All libraries are local: folders on a disk.</summary>
internal static class LibraryModels
{
    public static VapiType Library { get; } =
        new StructureOf<Library>("com.vmware.content.library_model")
            .Optional("id", VapiType.Text, library => library.Id.ToString("D"))
            .Optional("name", VapiType.Text, library => library.Name)
            .Optional("description", VapiType.Text, _ => "")
            .Optional(
                "type",
                VapiType.OneOf("com.vmware.content.library_model.library_type", "LOCAL", "SUBSCRIBED"),
                _ => "LOCAL")
            .Optional("creation_time", VapiType.Time, library => library.CreatedAt)
            .Optional("last_modified_time", VapiType.Time, library => library.ModifiedAt)
            .Optional("version", VapiType.Text, library => $"{library.ModifiedAt.ToUnixTimeMilliseconds()}")
            .Build();

    public static VapiType Item { get; } =
        new StructureOf<Item>("com.vmware.content.library.item_model")
            .Optional("id", VapiType.Text, item => item.Id.ToString("D"))
            .Optional("library_id", VapiType.Text, item => item.LibraryId.ToString("D"))
            .Optional("content_version", VapiType.Text, item => item.ContentVersion)
            .Optional("creation_time", VapiType.Time, item => item.CreatedAt)
            .Optional("description", VapiType.Text, _ => "")
            .Optional("last_modified_time", VapiType.Time, item => item.ModifiedAt)
            .Optional("metadata_version", VapiType.Text, _ => "1")
            .Optional("name", VapiType.Text, item => item.Name)
            .Optional("cached", VapiType.Flag, _ => true)
            .Optional("size", VapiType.Integer, item => item.Size)
            .Optional("type", VapiType.Text, item => item.Type)
            .Optional("version", VapiType.Text, item => item.Version)
            .Build();
}
