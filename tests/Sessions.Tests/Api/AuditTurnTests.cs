using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Projections.Audit;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The server answers four audit queries at a time; the others wait for their turn.</summary>
public sealed class AuditTurnTests(TestPostgres postgres)
{
    const string Events = "/api/audit/events?owner=nobody";

    const string Held = $"(select count(*) from {StoreSentences.LockWaits})";

    [Fact]
    public async Task Beyond_four_questions_one_waits_and_is_answered_in_its_turn()
    {
        await using var app = new AskedApp(postgres);
        await app.InitializeAsync();
        using var auditor = await app.ClientOf("bo");
        await using var trail = await HoldTheTrail(app);

        var asked = Enumerable.Range(0, 6).Select(_ => auditor.GetAsync(Events)).ToArray();
        await app.Until($"(select count(*) = 6 from access.audit_looks) and {Held} = 4");
        (await auditor.GetAsync(Paths.Sessions)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await trail.Commit();

        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_whose_turn_does_not_come_is_told_to_ask_again_later()
    {
        await using var app = new AskedApp(postgres) { SecondsToWait = 1 };
        await app.InitializeAsync();
        using var auditor = await app.ClientOf("bo");
        await using var trail = await HoldTheTrail(app);
        var asked = Enumerable.Range(0, 4).Select(_ => auditor.GetAsync(Events)).ToArray();
        await app.Until($"{Held} = 4");

        var fifth = await auditor.GetAsync(Events);

        await fifth.ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
        fifth.Headers.RetryAfter.ShouldNotBeNull();
        (await app.Ask<int>($"select {Held}")).ShouldBe(4);
        await trail.Commit();
        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Host=here", 15)]
    [InlineData("Host=here;Timeout=5", 15)]
    [InlineData("Host=here;Timeout=60", 60)]
    public void A_question_waits_fifteen_seconds_or_longer_if_the_connection_string_says_so(string connection, int seconds)
    {
        using var pool = Database.OpenForQuestions(connection);

        var settings = new Npgsql.NpgsqlConnectionStringBuilder(pool.ConnectionString);
        (settings.MaxPoolSize, settings.Timeout).ShouldBe((4, seconds));
    }

    static async Task<OpenTransaction> HoldTheTrail(SessionsApp app)
    {
        var trail = await OpenTransaction.Begin(app.ConnectionString);
        await trail.Run("lock table read_models.audit_trail");
        return trail;
    }

    /// <summary>A server where bo is an auditor, and nothing but bo's queries waits for the locked trail.</summary>
    sealed class AskedApp : SessionsApp
    {
        public AskedApp(TestPostgres postgres)
            : base(postgres)
        {
            Settings["Users:1:Roles:0"] = "auditor";
            Settings["Log:Follow"] = "false";
        }

        /// <summary>How many seconds a query waits for its turn; null for the default.</summary>
        public int? SecondsToWait { get; init; }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            if (SecondsToWait is { } seconds)
                builder.ConfigureTestServices(services => services.AddSingleton(
                    _ => new AuditQueries(Database.OpenForQuestions(ConnectionString + ";Timeout=1", "a-node", seconds))));
        }
    }
}
