using System.Net;
using System.Security.Cryptography.X509Certificates;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The README's recipe for TLS: a certificate in two PEM files, and an address with https.</summary>
public sealed class TlsTests(TestPostgres postgres)
{
    /// <summary>In a process of its own: the in-process host sets up TLS even if the server does not.</summary>
    [Fact]
    public async Task A_server_that_is_given_a_certificate_and_its_key_as_PEM_files_speaks_TLS()
    {
        await using var folder = new ServerFolder();
        using var certificate = TestCertificate.Create();
        using var key = certificate.GetRSAPrivateKey()!;
        var settings = StartSentences.Complete;
        settings["ConnectionStrings__Sessions"] = await postgres.CreateDatabase();
        settings["Content__Root"] = Directory.CreateDirectory(Path.Combine(folder.FullPath, "content")).FullName;
        settings["Kestrel__Certificates__Default__Path"] = Write("cert.pem", certificate.ExportCertificatePem());
        settings["Kestrel__Certificates__Default__KeyPath"] = Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        settings["Urls"] = "https://127.0.0.1:0";
        SampleLibrary.WriteTo(settings["Content__Root"]!);

        await using var server = ServerProcess.Start(folder.FullPath, settings);

        var url = await server.Listening();
        url.Scheme.ShouldBe("https");
        using var client = certificate.ClientOf(url);
        using var login = await client.LogInWhenReady("ana", "ana");
        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var stranger = new HttpClient { BaseAddress = url };
        await Should.ThrowAsync<HttpRequestException>(() => stranger.GetAsync("/health/live"));

        string Write(string name, string pem)
        {
            var path = Path.Combine(folder.FullPath, name);
            File.WriteAllText(path, pem);
            return path;
        }
    }
}
