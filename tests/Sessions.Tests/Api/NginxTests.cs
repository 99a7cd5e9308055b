using System.Globalization;
using System.Text.RegularExpressions;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The proxy in front must not undo what the server promises.</summary>
public sealed partial class NginxTests
{
    /// <summary>Its own patience with a client that does not read is a minute; a session's lease is longer.</summary>
    [Theory]
    [InlineData("send_timeout")]
    [InlineData("proxy_read_timeout")]
    public void It_leaves_it_to_the_lease_how_slowly_a_client_may_read(string directive)
    {
        var text = File.ReadAllText(Repository.PathOf("deploy", "nginx.conf"));

        var minutes = Directive().Matches(text).Single(match => match.Groups["name"].Value == directive).Groups["minutes"].Value;

        TimeSpan.FromMinutes(int.Parse(minutes, CultureInfo.InvariantCulture)).ShouldBeGreaterThan(new LeasePolicy().IdleTimeout);
    }

    [GeneratedRegex(
        @"^ *(?<name>\w+) (?<minutes>\d+)m;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Directive();
}
