namespace Sessions.Api.Vapi.Models;

/// <summary>A checksum as clients see it: its algorithm, and lower-case hexadecimal digits.</summary>
internal sealed record ChecksumModel(string Algorithm, string Checksum)
{
    public static VapiType Shape { get; } =
        new StructureOf<ChecksumModel>("com.vmware.content.library.item.file.checksum_info")
            .Optional("algorithm", VapiType.OneOf("SHA1", "MD5", "SHA256", "SHA512"), model => model.Algorithm)
            .Required("checksum", VapiType.Text, model => model.Checksum)
            .Build();

    /// <summary>The one algorithm that is computed here.</summary>
    public static ChecksumModel OfSha256(byte[] hash) => new("SHA256", Convert.ToHexStringLower(hash));
}
