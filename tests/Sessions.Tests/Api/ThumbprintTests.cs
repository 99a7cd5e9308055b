using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server that speaks TLS by Kestrel's own configuration, with a certificate made for the test.</summary>
public sealed class TlsApp : EchoingApp
{
    readonly string folder = Directory.CreateTempSubdirectory("sessions-tls-").FullName;

    public TlsApp(TestPostgres postgres)
        : base(postgres)
    {
        Certificate = TestCertificate.Create();
        var path = Path.Combine(folder, "server.pfx");
        File.WriteAllBytes(path, Certificate.Export(X509ContentType.Pfx, "secret"));
        Settings["Urls"] = "";
        Settings["Kestrel:Endpoints:Tls:Url"] = "https://127.0.0.1:0";
        Settings["Kestrel:Endpoints:Tls:Certificate:Path"] = path;
        Settings["Kestrel:Endpoints:Tls:Certificate:Password"] = "secret";
        Settings["Proxies:Trusted:0"] = "127.0.0.1";
    }

    public X509Certificate2 Certificate { get; }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        Certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>
/// For clients that check nothing else, a link comes with the thumbprint of the server's certificate.
/// </summary>
public sealed class ThumbprintTests(TlsApp app, ProxiedApp plain) : IClassFixture<TlsApp>, IClassFixture<ProxiedApp>
{
    [Fact]
    public async Task Over_TLS_it_is_the_SHA1_of_the_servers_certificate()
    {
        using var answer = await Ask(app.Url);

        var thumbprint = answer.Headers.GetValues(EchoedLink.Thumbprint).Single();
        thumbprint.ShouldMatch("^([0-9A-F]{2}:){19}[0-9A-F]{2}$");
        thumbprint.Replace(":", "", StringComparison.Ordinal).ShouldBe(app.Certificate.Thumbprint);
        answer.Headers.GetValues(EchoedLink.Link).Single().ShouldStartWith($"https://127.0.0.1:{app.Url.Port}/cls/data/");
    }

    [Fact]
    public async Task Without_TLS_there_is_none()
    {
        using var answer = await Ask(plain.Url);

        answer.Headers.Contains(EchoedLink.Thumbprint).ShouldBeFalse();
    }

    [Fact]
    public async Task Behind_a_proxy_there_is_none_because_the_client_sees_another_certificate()
    {
        using var answer = await Ask(app.Url, ("X-Forwarded-For", "198.51.100.9"));

        answer.Headers.Contains(EchoedLink.Thumbprint).ShouldBeFalse();
    }

    [Fact]
    public async Task Over_TLS_a_file_that_is_ready_has_it_beside_its_link()
    {
        using var ana = Client(app.Url);
        using var login = await ana.LogIn("ana", "ana");
        ana.DefaultRequestHeaders.Add("vmware-api-session-id", await login.Content.ReadFromJsonAsync<string>());
        var id = await ana.CreateSession(app.ItemId);

        foreach (var file in new[] { await ana.Prepare(id, "hello.txt"), await ana.FileOf(id, "hello.txt"), (await ana.FilesOf(id)).Single() })
        {
            var endpoint = file.GetProperty("download_endpoint");
            endpoint.GetProperty("ssl_certificate_thumbprint").GetString()!.Replace(":", "", StringComparison.Ordinal)
                .ShouldBe(app.Certificate.Thumbprint);
            (await ana.GetStringAsync(endpoint.GetProperty("uri").GetString())).ShouldBe("Hello, world.\n");
        }
    }

    [Fact]
    public async Task Over_TLS_the_cookie_of_a_login_is_for_TLS_alone()
    {
        (await CookieOf(app.Url)).ShouldEndWith("; path=/; secure; samesite=strict; httponly");
        (await CookieOf(plain.Url)).ShouldEndWith("; path=/; samesite=strict; httponly");
    }

    async Task<string> CookieOf(Uri server)
    {
        using var client = Client(server);
        using var login = new HttpRequestMessage(HttpMethod.Post, "/rest/com/vmware/cis/session");
        login.Headers.Authorization = new("Basic", Convert.ToBase64String("ana:ana"u8));
        using var answer = await client.SendAsync(login);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return answer.Headers.GetValues("Set-Cookie").Single();
    }

    HttpClient Client(Uri server) => app.Certificate.ClientOf(server);

    async Task<HttpResponseMessage> Ask(Uri server, params (string Name, string Value)[] headers)
    {
        using var client = Client(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return answer;
    }
}
