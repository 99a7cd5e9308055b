using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server that echoes its links and trusts its own machine as a proxy.</summary>
public sealed class ProxiedApp : EchoingApp
{
    public ProxiedApp(TestPostgres postgres)
        : base(postgres) =>
        Settings["Proxies:Trusted:0"] = "127.0.0.0/8";
}

/// <summary>A server that echoes its links, and whose only trusted proxy does not exist.</summary>
public class EchoingApp : SessionsApp
{
    public EchoingApp(TestPostgres postgres)
        : base(postgres) =>
        Settings["Proxies:Trusted:0"] = "203.0.113.7";

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureServices(services => services.AddSingleton<IStartupFilter, EchoedLink>());
    }

    /// <summary>What a client behind a proxy gets: the scheme and host of its link, and its recorded address.</summary>
    internal async Task<(string Link, string Address)> AskThrough(params (string Name, string Value)[] headers)
    {
        using var client = CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request);
        var link = new Uri(answer.Headers.GetValues(EchoedLink.Link).Single());
        return (link.GetLeftPart(UriPartial.Authority), answer.Headers.GetValues(EchoedLink.Address).Single());
    }
}

/// <summary>Links and recorded addresses follow a trusted proxy's headers, and no other sender's.</summary>
public sealed class ProxyTests(ProxiedApp trusting, EchoingApp wary) : IClassFixture<ProxiedApp>, IClassFixture<EchoingApp>
{
    static readonly (string, string)[] Forwarded =
    [
        ("X-Forwarded-For", "198.51.100.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "vc.example.com:8443"),
    ];

    [Fact]
    public async Task A_trusted_proxy_says_scheme_host_and_client() =>
        (await trusting.AskThrough(Forwarded)).ShouldBe(("https://vc.example.com:8443", "198.51.100.9"));

    [Fact]
    public async Task Of_many_hops_those_that_are_trusted_are_passed_over() =>
        (await trusting.AskThrough(("X-Forwarded-For", "10.0.0.1, 198.51.100.9, 127.0.0.5"))).Address.ShouldBe("198.51.100.9");

    [Fact]
    public async Task A_proxy_that_is_not_trusted_is_not_believed() =>
        (await wary.AskThrough(Forwarded)).ShouldBe((wary.Url.GetLeftPart(UriPartial.Authority), "127.0.0.1"));
}
