using System.Globalization;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary>
/// The form of <c>deploy/nginx.conf</c>; <see cref="RepeatTests"/> and <see cref="ThroughFrontTests"/> run nginx with
/// it.
/// </summary>
public class FrontTests
{
    static readonly string Text = File.ReadAllText(Repository.PathOf("deploy", "nginx.conf"));

    [Fact]
    public void It_leads_to_every_server_and_listens_where_compose_looks_for_it()
    {
        Values("server").ShouldBe(["one:8080", "two:8080"]);
        Values("listen").ShouldBe(["8080"]);
        Values("proxy_pass").Distinct().ShouldHaveSingleItem().ShouldBe("http://sessions");
    }

    /// <summary>What the README asks of every proxy.</summary>
    [Fact]
    public void It_says_itself_who_the_client_is_and_does_not_buffer()
    {
        foreach (var header in new[] { "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host" })
            Text.ShouldContain($"proxy_set_header {header} $");
        Values("proxy_buffering").ShouldBe(["off"]);
    }

    [Fact]
    public void Its_braces_fit_and_every_directive_ends()
    {
        var depth = 0;
        foreach (var line in Text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            line[^1].ShouldBeOneOf('{', '}', ';');
            depth += line[^1] == '{' ? 1 : line[^1] == '}' ? -1 : 0;
            depth.ShouldBeGreaterThanOrEqualTo(0, line);
        }

        depth.ShouldBe(0);
    }

    /// <summary>By default nginx drops headers with such names, and refuses large bodies with an HTML page.</summary>
    [Fact]
    public void It_lets_the_header_client_token_through_and_leaves_the_size_of_bodies_to_the_server()
    {
        Values("underscores_in_headers").ShouldBe(["on"]);
        Values("client_max_body_size").ShouldBe(["0"]);
        Values("proxy_request_buffering").ShouldBe(["off"]);
    }

    /// <summary>By default nginx waits a minute for a client that does not read; a lease is longer.</summary>
    [Theory]
    [InlineData("send_timeout")]
    [InlineData("proxy_read_timeout")]
    public void It_leaves_it_to_the_lease_how_slowly_a_client_may_read(string directive)
    {
        var minutes = int.Parse(Values(directive).ShouldHaveSingleItem().TrimEnd('m'), CultureInfo.InvariantCulture);

        TimeSpan.FromMinutes(minutes).ShouldBeGreaterThan(new LeasePolicy().IdleTimeout);
    }

    /// <summary>The first word after each occurrence of a directive.</summary>
    static IEnumerable<string> Values(string directive) =>
        from line in Text.Split('\n')
        let words = line.Trim().TrimEnd(';').Split(' ')
        where words[0] == directive && words[1] != "{"
        select words[1];
}
