using Sessions.Content;

namespace Sessions.Api.Vapi.Models;

/// <summary>
/// A library as clients see it: local, a folder on a disk. Fields that such a folder does not have (a publisher, a
/// subscription, a policy, a server of its own) are unset.
/// </summary>
/// <param name="Library">The library.</param>
/// <param name="Location">Where it lies, for those who may know; for others null.</param>
internal sealed record LibraryModel(Library Library, Uri? Location)
{
    static readonly VapiType Type = VapiType.OneOf(Local, "SUBSCRIBED");

    /// <summary>The type of every library here.</summary>
    public const string Local = "LOCAL";

    public static VapiType Shape { get; } =
        new StructureOf<LibraryModel>("com.vmware.content.library_model")
            .Optional("id", VapiType.Text, model => model.Library.Id.ToString("D"))
            .Optional("creation_time", VapiType.Time, model => model.Library.CreatedAt)
            .Optional("description", VapiType.Text, _ => "")
            .Optional("last_modified_time", VapiType.Time, model => model.Library.ModifiedAt)
            .Optional("name", VapiType.Text, model => model.Library.Name)
            .Optional(
                "storage_backings",
                VapiType.ListOf(StorageBackingModel.Shape),
                model => new[] { new StorageBackingModel(model.Location) })
            .Optional("type", Type, _ => Local)
            .Optional("version", VapiType.Text, model => model.Library.Version)
            .Optional("publish_info", PublishInfo, model => model)
            .Build();

    /// <summary>What to find a library by; an unset field matches every library.</summary>
    public static VapiType FindSpec { get; } = new VapiType.Structure(
        "com.vmware.content.library.find_spec",
        [
            new Field("name", VapiType.Text, IsOptional: true),
            new Field("type", Type, IsOptional: true),
        ]);

    /// <summary>No library is published: clients look here before they ask for more.</summary>
    static VapiType PublishInfo =>
        new StructureOf<LibraryModel>("com.vmware.content.library.publish_info")
            .Optional("authentication_method", VapiType.OneOf("BASIC", "NONE"), _ => "NONE")
            .Optional("published", VapiType.Flag, _ => false)
            .Optional("persist_json_enabled", VapiType.Flag, _ => false)
            .Build();
}
