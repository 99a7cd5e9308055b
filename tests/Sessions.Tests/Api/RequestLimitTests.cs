using System.Net;
using System.Net.Http.Json;
using System.Text;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server that takes ten requests of each sender at once, and then one a second.</summary>
public sealed class BusyApp : DownloadApp
{
    public const int Burst = 10;

    public BusyApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Limits:RequestsPerSecond"] = "1";
        Settings["Limits:RequestBurst"] = $"{Burst}";
    }
}

/// <summary>More requests than the server takes of one user, or of one address, are turned away.</summary>
public sealed class RequestLimitTests(TestPostgres postgres) : IAsyncLifetime
{
    /// <summary>Enough requests to empty the bucket before they are through, however slow the machine is.</summary>
    const int Flood = 200;

    BusyApp app = null!;

    public async ValueTask InitializeAsync()
    {
        app = new BusyApp(postgres);
        await app.InitializeAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_user_who_sends_too_much_is_told_when_to_come_again_and_no_other_user_is()
    {
        using var ana = await app.ClientOf("ana");
        using var again = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");

        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(
            i => (i % 2 == 0 ? ana : again).GetAsync(Paths.Sessions)));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToArray();
        answers.Except(refused).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        refused.Length.ShouldBeInRange(1, Flood - BusyApp.Burst);
        foreach (var answer in refused)
        {
            await answer.ShouldBe(HttpStatusCode.TooManyRequests, "SERVICE_UNAVAILABLE");
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }

        (await bo.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_is_done_for_a_request_that_is_turned_away()
    {
        using var ana = await app.ClientOf("ana");

        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(
            _ => ana.PostAsJsonAsync(Paths.Sessions, new { library_item_id = app.ItemId })));

        var created = answers.Count(answer => answer.StatusCode == HttpStatusCode.Created);
        created.ShouldBeLessThan(Flood);
        (await app.CountEvents()).ShouldBe(created);
    }

    [Fact]
    public async Task Logins_and_guessed_tokens_of_one_address_are_counted_together()
    {
        using var ana = await app.ClientOf("ana");
        using var stranger = app.CreateClient();
        stranger.DefaultRequestHeaders.Add("vmware-api-session-id", new string('a', 40));

        var guesses = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => stranger.GetAsync(Paths.Sessions)));

        guesses.ShouldAllBe(answer =>
            answer.StatusCode == HttpStatusCode.Unauthorized || answer.StatusCode == HttpStatusCode.TooManyRequests);
        guesses.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        var logins = await Task.WhenAll(Enumerable.Range(0, Flood / 4).Select(_ => stranger.LogIn("ana", "wrong")));
        logins.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>
    /// The first kind leaves no tokens for the others, so each kind is turned away unless the server does not count it.
    /// </summary>
    [Fact]
    public async Task Whatever_names_no_operation_is_a_request_of_the_address_that_sends_it()
    {
        using var ana = await app.ClientOf("ana");
        using var stranger = app.CreateClient();
        foreach (var (verb, path, body) in new[]
        {
            ("POST", "/api", "{"),
            ("POST", "/api", "[]"),
            ("POST", "/api", """{"jsonrpc":"2.0","id":1,"method":"no-such-method"}"""),
            ("POST", "/api", """{"jsonrpc":"2.0","id":1,"method":"invoke"}"""),
            ("POST", "/api", """{"jsonrpc":"2.0","id":1,"method":"invoke","params":{"serviceId":"no.such.service"}}"""),
            ("PUT", "/api", ""),
            ("PUT", Paths.Sessions, ""),
            ("POST", Paths.Sessions + "?action=no-such-action", ""),
            ("GET", "/api/no-such-path", ""),
            ("GET", "/rest/no-such-path", ""),
        })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Flood / 4).Select(_ => Send(verb, path, body)));

            answers.ShouldContain(answer => answer.Contains("download_session_too_many_requests"), $"{verb} {path} {body}");
        }

        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<string> Send(string verb, string path, string body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var answer = await stranger.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Guessed_links_are_requests_of_the_address_that_guesses()
    {
        using var ana = await app.ClientOf("ana");
        using var stranger = app.CreateClient();
        var guess = new Uri($"/cls/data/{new string('A', 76)}/small.txt", UriKind.Relative);

        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => stranger.GetAsync(guess)));

        answers.ShouldAllBe(answer =>
            answer.StatusCode == HttpStatusCode.NotFound || answer.StatusCode == HttpStatusCode.TooManyRequests);
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Downloads_are_requests_of_the_owner_of_the_link()
    {
        using var bo = await app.ClientOf("bo");
        var (_, link) = await app.Share("small.txt", [1, 2, 3]);
        using var anybody = new HttpClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => anybody.GetAsync(link)));

        answers.ShouldAllBe(answer =>
            answer.StatusCode == HttpStatusCode.OK || answer.StatusCode == HttpStatusCode.TooManyRequests);
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        (await bo.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
