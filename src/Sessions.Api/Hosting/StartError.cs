using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Sessions.Storage.Local;

namespace Sessions.Api.Hosting;

/// <summary>Tells start errors that the operator can fix from faults of the server.</summary>
internal static class StartError
{
    /// <summary>The one line that says what to do, or null for a fault, whose stack trace is wanted.</summary>
    public static string? Explain(Exception error) => error switch
    {
        SettingsException or PostgresMissingException or PostgresFailedException => error.Message,
        InvalidDataException => $"{error.Message} {error.GetBaseException().Message}",
        // Once the settings are read, only the web server opens files that the operator has named: its certificates.
        CryptographicException or UnauthorizedAccessException or DirectoryNotFoundException or FileNotFoundException { FileName: ['/', ..] } =>
            error.Message + " Check the certificate files that Kestrel:Certificates or Kestrel:Endpoints name.",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } when error.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) =>
            "An https address needs a certificate: set Kestrel:Certificates:Default:Path.",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => error.Message.Split('\n')[0].TrimEnd(),
        IOException { InnerException: AddressInUseException } => error.Message + " Set Urls to another address.",
        SocketException => $"The server cannot listen on an address of Urls: {error.Message}. Set Urls to another address, "
                + "or, for a Unix socket, create its folder.",
        _ => null,
    };
}
