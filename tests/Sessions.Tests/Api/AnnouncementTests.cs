using Sessions.Api.Hosting;

namespace Sessions.Tests.Api;

/// <summary>
/// Commands that a development server suggests; <see cref="ProcessTests"/> reads them from a real one.
/// </summary>
public sealed class AnnouncementTests
{
    [Theory]
    [InlineData("http://[::]:8080", "http://localhost:8080")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080")]
    [InlineData("https://[::]:8443", "https://localhost:8443")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    public void A_server_on_all_addresses_is_called_by_localhost(string listening, string called) =>
        Announcement.Reachable(listening).ShouldBe(called);

    [Theory]
    [InlineData("http://localhost:8080", "curl -s -X POST -u demo:demo http://localhost:8080/api/session")]
    [InlineData("https://localhost:8443", "curl -sk -X POST -u demo:demo https://localhost:8443/api/session")]
    public void A_certificate_of_a_developer_is_not_checked(string url, string command) =>
        Announcement.Commands(url, "demo:demo").ShouldContain(command);
}
