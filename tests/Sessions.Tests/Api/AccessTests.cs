using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sessions.Api.Access;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class AccessTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    public static TheoryData<string, string> Operations => new()
    {
        { "GET", Paths.Login },
        { "DELETE", Paths.Login },
        { "GET", Paths.Libraries },
        { "GET", $"{Paths.Libraries}/{Ids.Unknown}" },
        { "GET", Paths.Items },
        { "GET", $"{Paths.Items}/{Ids.Unknown}" },
        { "GET", Paths.Sessions },
        { "POST", Paths.Sessions },
        { "GET", Paths.One(Ids.Unknown) },
        { "DELETE", Paths.One(Ids.Unknown) },
        { "POST", Paths.Action(Ids.Unknown, "keep-alive") },
        { "POST", Paths.Action(Ids.Unknown, "cancel") },
        { "POST", Paths.Action(Ids.Unknown, "fail") },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_operation_but_the_login_asks_who_is_there(string verb, string path)
    {
        foreach (var token in new[] { null, "", "x", new string('a', 40), "..", "' or 1=1 --" })
        {
            using var client = app.CreateClient();
            if (token is not null)
                client.DefaultRequestHeaders.Add("vmware-api-session-id", token);

            await ShouldBeChallenged(await client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path)));
        }
    }

    [Theory]
    [InlineData("ana", "bo")]
    [InlineData("ana", "")]
    [InlineData("ana", "ANA")]
    [InlineData("Ana", "ana")]
    [InlineData("nobody", "nobody")]
    [InlineData("", "")]
    [InlineData("ana:", "ana")]
    public async Task A_name_and_a_password_that_do_not_fit_are_refused(string user, string password)
    {
        using var client = app.CreateClient();

        await ShouldBeChallenged(await client.LogIn(user, password));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!")]
    [InlineData("Basic YW5h")]
    [InlineData("Basic YW5hOmFuYQ")]
    [InlineData("Basic /////w==")]
    [InlineData("Bearer YW5hOmFuYQ==")]
    [InlineData("SIGN token=\"x\"")]
    public async Task A_login_that_cannot_be_read_is_refused(string? authorization)
    {
        using var client = app.CreateClient();
        if (authorization is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        await ShouldBeChallenged(await client.PostAsync(Paths.Login, content: null));
    }

    [Fact]
    public async Task The_scheme_of_a_login_may_be_written_in_any_case()
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "bAsIc YW5hOmFuYQ==");

        (await client.PostAsync(Paths.Login, content: null)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_database_knows_a_token_only_by_its_hash()
    {
        using var ana = await app.ClientOf("ana");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ana.Token())));

        (await app.Ask<long>($"select count(*) from access.api_sessions where encode(token_hash, 'hex') = '{hash}'"))
            .ShouldBe(1);
        (await app.Ask<long>($"select count(*) from access.api_sessions as login where login::text like '%{ana.Token()}%'"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_login_and_a_logout_hold_on_every_node()
    {
        await using var other = await app.AnotherNode();
        using var here = await app.ClientOf("ana");
        using var there = other.CreateClient();
        there.DefaultRequestHeaders.Add("vmware-api-session-id", here.Token());
        (await there.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await here.DeleteAsync(Paths.Login)).ShouldBeDone();

        await ShouldBeChallenged(await here.GetAsync(Paths.Sessions));
        await app.WaitUntil(await app.Now() + Logins.BelievedFor);
        await ShouldBeChallenged(await there.GetAsync(Paths.Sessions));
    }

    [Fact]
    public async Task A_login_that_nobody_uses_lapses()
    {
        using var ana = await app.ClientOf("ana");
        await app.Run("""
            update access.api_sessions
            set last_accessed_at = now() - interval '32 minutes'
            where created_at = (select max(created_at) from access.api_sessions)
            """);

        await ShouldBeChallenged(await ana.GetAsync(Paths.Sessions));
    }

    [Fact]
    public async Task A_login_in_use_does_not_lapse()
    {
        using var ana = await app.ClientOf("ana");
        await app.Run("""
            update access.api_sessions
            set last_accessed_at = now() - interval '29 minutes'
            where created_at = (select max(created_at) from access.api_sessions)
            """);

        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await app.Ask<bool>("""
            select last_accessed_at > now() - interval '1 minute'
            from access.api_sessions
            order by created_at desc
            limit 1
            """)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("00:10:00", "9 minutes", HttpStatusCode.OK)]
    [InlineData("00:10:00", "11 minutes", HttpStatusCode.Unauthorized)]
    [InlineData("01:00:00", "59 minutes", HttpStatusCode.OK)]
    [InlineData("01:00:00", "63 minutes", HttpStatusCode.Unauthorized)]
    public async Task How_long_a_login_may_rest_can_be_set(string idleTimeout, string rested, HttpStatusCode status)
    {
        await using var node = await app.AnotherNode(("Access:IdleTimeout", idleTimeout));
        using var ana = await node.ClientOf("ana");
        await app.Run($"""
            update access.api_sessions
            set last_accessed_at = now() - interval '{rested}'
            where created_at = (select max(created_at) from access.api_sessions)
            """);

        (await ana.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(status);
    }

    static async Task ShouldBeChallenged(HttpResponseMessage answer)
    {
        await answer.ShouldBe(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Basic");
        (await answer.Json()).GetProperty("challenge").GetString().ShouldNotBeNull().ShouldStartWith("Basic ");
    }
}
