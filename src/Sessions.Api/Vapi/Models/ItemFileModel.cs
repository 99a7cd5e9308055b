using Sessions.Content;

namespace Sessions.Api.Vapi.Models;

/// <summary>A file of an item as clients see it.</summary>
internal static class ItemFileModel
{
    public static VapiType Shape { get; } =
        new StructureOf<ItemFile>("com.vmware.content.library.item.file.info")
            .Required("name", VapiType.Text, file => file.Name)
            .Required("size", VapiType.Integer, file => file.Size)
            .Required("cached", VapiType.Flag, _ => true)
            .Required("version", VapiType.Text, file => file.Version)
            .Build();
}
