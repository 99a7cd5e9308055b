using Microsoft.Extensions.Configuration;
using Sessions.Api.Hosting;
using static Sessions.Tests.Api.StartSentences;

namespace Sessions.Tests.Api;

/// <summary>Where a server may be configured to listen, and what it reports where it cannot.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080;")]
    [InlineData("http://127.0.0.1:0;http://[::1]:0")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://LocalHost:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:80")]
    [InlineData("https://0.0.0.0:8443/")]
    [InlineData("http://unix:/run/sessions.sock")]
    public void An_address_that_can_be_meant_is_taken(string urls) =>
        HostSettings.Check(new ConfigurationBuilder().AddInMemoryCollection([new("Urls", urls)]).Build());

    [Theory]
    [InlineData("Kestrel__Certificates__Default__Path", "/no-such-certificate.pem",
        "Could not find file '/no-such-certificate.pem'. "
        + "Check the certificate files that Kestrel:Certificates or Kestrel:Endpoints name.")]
    [InlineData("Urls", "foo", "Urls is 'foo'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://127.0.0.1:0;ftp://127.0.0.1:8001",
        "Urls is 'ftp://127.0.0.1:8001'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://127.0.0.1:99999",
        "Urls is 'http://127.0.0.1:99999'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://192.0.2.1:0",
        "The server cannot listen on an address of Urls: Cannot assign requested address. Set Urls to another address, "
            + "or, for a Unix socket, create its folder.")]
    [InlineData("Kestrel__Endpoints__Main__Url", "8080",
        "Kestrel:Endpoints:Main:Url is '8080'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://127.0.0.l:0", "Urls is 'http://127.0.0.l:0'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://127.0.0.1:80:80", "Urls is 'http://127.0.0.1:80:80'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "https://127.0.0.1:0",
        "An https address needs a certificate: set Kestrel:Certificates:Default:Path.")]
    [InlineData("Kestrel__Endpoints__Main__Protocols", "Http1", "Kestrel:Endpoints:Main:Url is ''; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Kestrel__Certificates__Default__Path", "/etc/passwd",
        "ASN1 corrupted data. Check the certificate files that Kestrel:Certificates or Kestrel:Endpoints name.")]
    [InlineData("Urls", "http://127.0.0.1:8080/base", "Urls is 'http://127.0.0.1:8080/base'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://localhost:0", "Urls is 'http://localhost:0'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", ";", "Urls is ';'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Urls", "http://127.0.0.1:0; http://127.0.0.1:0",
        "Urls is ' http://127.0.0.1:0'; it must be like http://127.0.0.1:8080, or http://*:8080 for any address.")]
    [InlineData("Kestrel__Certificates__Default__Path", "/no/such/certificate.pem",
        "Could not find a part of the path '/no/such/certificate.pem'. "
        + "Check the certificate files that Kestrel:Certificates or Kestrel:Endpoints name.")]
    [InlineData("Kestrel__Certificates__Default__Path", "/",
        "Access to the path '/' is denied. Check the certificate files that Kestrel:Certificates or Kestrel:Endpoints name.")]
    public async Task One_that_cannot_be_listened_on_is_said_in_one_line(string name, string value, string said)
    {
        var settings = Complete;
        settings[name] = value;

        await ShouldSay(settings, said);
    }
}
