using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Access;

namespace Sessions.Api.Downloads;

/// <summary>
/// Data links: <c>/cls/data/{capability}/{file name}</c>. A client that has one may read the file without a login, as long
/// as the session's lease runs.
/// </summary>
internal sealed class DownloadLinks(LinkKeys keys)
{
    public const string Path = "/cls/data/";

    /// <summary>
    /// The link to a file, absolute, by the scheme, host and port by which the client has reached this
    /// server. Send its <see cref="Uri.AbsoluteUri"/>: <see cref="Uri.ToString"/> undoes some escapes.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database has not been reached yet.</exception>
    public Uri LinkTo(HttpRequest request, SessionAddress session, string fileName)
    {
        var path = $"{Path}{Capability.Sign(keys.Signing, session, fileName)}/{Uri.EscapeDataString(fileName)}";
        // The host that a client names in its request need not form a valid URI.
        return Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}{path}", UriKind.Absolute, out var link)
            ? link
            : new Uri($"{request.Scheme}://{LocalHost(request.HttpContext.Connection)}{path}");
    }

    /// <summary>
    /// The session that a link belongs to, or null unless this server has signed the link for a file of
    /// this name.
    /// </summary>
    /// <exception cref="StoreUnavailableException">An unknown key cannot be looked up.</exception>
    public async ValueTask<SessionAddress?> Verify(string capability, string fileName, CancellationToken cancellation) =>
        Capability.Read(capability) is { } claimed
        && await keys.Find(claimed.KeyId, cancellation) is { } key
        && claimed.IsSignedBy(key, fileName)
            ? claimed.Session
            : null;

    /// <summary>
    /// The SHA-1 of the certificate that the client sees, as vSphere writes it: <c>AB:CD:…</c>. Null when
    /// this server does not know that certificate, because there is none or a proxy shows its own.
    /// </summary>
    public static string? ThumbprintOf(HttpContext http)
    {
        if (http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName)
            || http.Features.Get<ISslStreamFeature>()?.SslStream.LocalCertificate is not { } certificate)
        {
            return null;
        }

        return string.Join(':', Convert.FromHexString(certificate.GetCertHashString(HashAlgorithmName.SHA1))
            .Select(octet => octet.ToString("X2", provider: null)));
    }

    static string LocalHost(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } address
            ? new IPEndPoint(address, connection.LocalPort).ToString()
            : "localhost";
}
