using Sessions.Content;

namespace Sessions.Api.Vapi.Models;

/// <summary>A file of an item, and where it lies, for those who may know.</summary>
/// <param name="File">The file.</param>
/// <param name="Backing">What its library lies on.</param>
/// <param name="Location">Where the file itself lies.</param>
internal sealed record ItemStorageModel(ItemFile File, StorageBackingModel Backing, Uri Location)
{
    public static VapiType Shape { get; } =
        new StructureOf<ItemStorageModel>("com.vmware.content.library.item.storage.info")
            .Required("storage_backing", StorageBackingModel.Shape, model => model.Backing)
            .Required("storage_uris", VapiType.ListOf(VapiType.Text), model => new[] { model.Location.AbsoluteUri })
            .Required("name", VapiType.Text, model => model.File.Name)
            .Required("size", VapiType.Integer, model => model.File.Size)
            .Required("cached", VapiType.Flag, _ => true)
            .Required("version", VapiType.Text, model => model.File.Version)
            .Build();
}
