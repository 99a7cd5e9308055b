using System.Diagnostics;
using Sessions.Api.Downloads;
using Sessions.Domain;

namespace Sessions.Api.Vapi.Models;

/// <summary>Where a client fetches a file.</summary>
/// <param name="Uri">The address, percent-encoded.</param>
/// <param name="SslCertificateThumbprint">The certificate that the client will see there, if that is known.</param>
internal sealed record TransferEndpointModel(string Uri, string? SslCertificateThumbprint)
{
    public static VapiType Shape { get; } =
        new StructureOf<TransferEndpointModel>("com.vmware.content.library.item.transfer_endpoint")
            .Required("uri", VapiType.Text, model => model.Uri)
            .Optional("ssl_certificate_thumbprint", VapiType.Text, model => model.SslCertificateThumbprint)
            .Build();
}

/// <summary>A file of a download session as clients see it.</summary>
internal sealed record FileModel(SessionFile File, TransferEndpointModel? DownloadEndpoint)
{
    /// <summary>The ways to fetch a file. A client that names none gets the first.</summary>
    public static VapiType EndpointTypes { get; } = VapiType.OneOf("HTTPS", "DIRECT");

    public static VapiType Shape { get; } =
        new StructureOf<FileModel>("com.vmware.content.library.item.downloadsession.file.info")
            .Required("name", VapiType.Text, model => model.File.File.Name)
            .Optional("size", VapiType.Integer, model => model.File.File.Size)
            .Required("bytes_transferred", VapiType.Integer, model => model.File.BytesTransferred)
            .Required(
                "status",
                VapiType.OneOf("UNPREPARED", "PREPARE_REQUESTED", "PREPARING", "PREPARED", "ERROR"),
                model => WordOf(model.File.Status))
            .Optional("download_endpoint", TransferEndpointModel.Shape, model => model.DownloadEndpoint)
            .Optional(
                "checksum_info",
                ChecksumModel.Shape,
                model => model.File.Sha256 is { } hash ? ChecksumModel.OfSha256(hash) : null)
            .Optional("error_message", LocalizableMessage.Shape, model => model.File.Failure)
            .Build();

    /// <summary>The kind of link that the client's word stands for.</summary>
    public static EndpointType EndpointOf(string? word) => word == "DIRECT" ? EndpointType.Direct : EndpointType.Https;

    static string WordOf(FileStatus status) => status switch
    {
        FileStatus.Unprepared => "UNPREPARED",
        FileStatus.PrepareRequested => "PREPARE_REQUESTED",
        FileStatus.Preparing => "PREPARING",
        FileStatus.Prepared => "PREPARED",
        FileStatus.Error => "ERROR",
        _ => throw new UnreachableException($"{status} has no word."),
    };
}
