using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>What a data link is, and that only the server can make one.</summary>
public sealed class LinkTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string FileName = "disk 1.vmdk";

    static readonly SessionAddress Session = new(new SessionId(Guid.CreateVersion7()), "ana");

    DownloadLinks Links => app.Services.GetRequiredService<DownloadLinks>();

    [Theory]
    [InlineData("http", "vc.example.com", "http://vc.example.com/cls/data/")]
    [InlineData("https", "vc.example.com:8443", "https://vc.example.com:8443/cls/data/")]
    [InlineData("http", "[::1]:8080", "http://[::1]:8080/cls/data/")]
    [InlineData("http", "bücher.example", "http://xn--bcher-kva.example/cls/data/")]
    [InlineData("http", "", "http://127.0.0.1:81/cls/data/")]
    [InlineData("http", "no host", "http://127.0.0.1:81/cls/data/")]
    public void It_is_absolute_and_begins_as_the_client_reached_the_server(string scheme, string host, string begin) =>
        Link(FileName, scheme, host).AbsoluteUri.ShouldStartWith(begin);

    [Theory]
    [InlineData("disk 1.vmdk", "disk%201.vmdk")]
    [InlineData("100%.iso", "100%25.iso")]
    [InlineData("a#b?c&d=e.txt", "a%23b%3Fc%26d%3De.txt")]
    [InlineData("\"it's\".txt", "%22it%27s%22.txt")]
    [InlineData("größe-日本.ova", "gr%C3%B6%C3%9Fe-%E6%97%A5%E6%9C%AC.ova")]
    [InlineData("a+b;c:d@e,f.txt", "a%2Bb%3Bc%3Ad%40e%2Cf.txt")]
    public void It_ends_with_the_name_percent_encoded(string name, string end)
    {
        var link = Link(name).AbsoluteUri;

        link.ShouldEndWith("/" + end);
        Uri.IsWellFormedUriString(link, UriKind.Absolute).ShouldBeTrue();
    }

    [Fact]
    public async Task It_names_its_session_and_owner()
    {
        (await Verify(CapabilityOf(Link(FileName)), FileName)).ShouldBe(Session);
        var strange = Session with { Owner = "müller@vsphere.local" };
        (await Verify(CapabilityOf(Links.LinkTo(Request("http", "x"), strange, FileName)), FileName)).ShouldBe(strange);
    }

    [Fact]
    public async Task It_holds_for_no_other_file() =>
        (await Verify(CapabilityOf(Link(FileName)), "disk 2.vmdk")).ShouldBeNull();

    [Fact]
    public async Task Altered_in_any_character_it_is_none()
    {
        var capability = CapabilityOf(Link(FileName));
        for (var at = 11; at < capability.Length; at++)
        {
            foreach (var other in "AQgw_-9=. %")
            {
                if (capability[at] != other)
                    (await Verify(capability[..at] + other + capability[(at + 1)..], FileName)).ShouldBeNull();
            }
        }
    }

    [Fact]
    public async Task Cut_or_lengthened_anywhere_it_is_none()
    {
        var capability = CapabilityOf(Link(FileName));
        for (var length = 0; length < capability.Length; length++)
            (await Verify(capability[..length], FileName)).ShouldBeNull();
        foreach (var tail in new[] { "A", "AA", "AAA", "AAAA", "=", "==", " ", "\n" })
            (await Verify(capability + tail, FileName)).ShouldBeNull();
        (await Verify(new string('A', 100_000), FileName)).ShouldBeNull();
    }

    [Fact]
    public async Task The_end_of_the_owner_and_the_begin_of_the_name_cannot_trade_letters()
    {
        var link = Links.LinkTo(Request("http", "x"), Session with { Owner = "an" }, "afile");

        (await Verify(CapabilityOf(link), "file")).ShouldBeNull();
        (await Verify(CapabilityOf(link), "afile"))!.Value.Owner.ShouldBe("an");
    }

    [Fact]
    public async Task It_holds_on_every_node()
    {
        await using var other = await app.AnotherNode();

        (await other.Services.GetRequiredService<DownloadLinks>()
            .Verify(CapabilityOf(Link(FileName)), FileName, CancellationToken.None)).ShouldBe(Session);
    }

    Uri Link(string name, string scheme = "http", string host = "vc") =>
        Links.LinkTo(Request(scheme, host), Session, name);

    ValueTask<SessionAddress?> Verify(string capability, string name) =>
        Links.Verify(capability, name, CancellationToken.None);

    static string CapabilityOf(Uri link) => link.Segments[3].TrimEnd('/');

    static HttpRequest Request(string scheme, string host)
    {
        var http = new DefaultHttpContext();
        http.Request.Scheme = scheme;
        http.Request.Host = new HostString(host);
        http.Connection.LocalIpAddress = System.Net.IPAddress.Loopback;
        http.Connection.LocalPort = 81;
        return http.Request;
    }
}
