using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Domain;
using Sessions.Storage.Schedule;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A short lease, and a schedule that runs only when a test says so.</summary>
public sealed class ShortLeaseApp : SessionsApp
{
    public ShortLeaseApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Lease:IdleTimeout"] = "00:00:01";
        Settings["Lease:Retention"] = "01:00:00";
        Settings["Schedule:SleepMax"] = "1.00:00:00";
    }

    /// <summary>Runs one pass over the messages that are due.</summary>
    public Task RunSchedule() => Services.GetRequiredService<ScheduledMessages>().RunOnce(CancellationToken.None);

    /// <summary>Waits until a session's lease has lapsed by the clock of the database.</summary>
    public async Task LetLapse(HttpClient owner, string id) =>
        await WaitUntil((await owner.Session(id)).ExpirationTime());
}

public sealed class ExpiryTests(ShortLeaseApp app) : IClassFixture<ShortLeaseApp>
{
    /// <summary>Another node's policy: its leases last until a slow machine has done what the test needs.</summary>
    static readonly LeasePolicy Longer = new() { IdleTimeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task An_expired_session_reads_ERROR_and_says_when_and_how_long_it_had_been_idle()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var expires = (await ana.Session(id)).ExpirationTime();
        await app.LetLapse(ana, id);

        await app.RunSchedule();

        var session = await ana.Session(id);
        session.State().ShouldBe("ERROR");
        session.ExpirationTime().ShouldBe(expires);
        var message = session.GetProperty("error_message");
        var args = message.GetProperty("args").EnumerateArray().ToArray();
        args[0].ShouldBeTime();
        args[0].GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(expires);
        int.Parse(args[1].GetString()!, null).ShouldBeGreaterThanOrEqualTo(1);
        message.GetProperty("default_message").GetString()
            .ShouldBe($"The session expired at {args[0]}, after it had been idle for {args[1]} seconds.");
    }

    [Fact]
    public async Task A_complete_session_reads_CANCELED_when_its_lease_has_lapsed()
    {
        using var ana = await app.ClientOf("ana");
        await using var other = new Node(app.ConnectionString, Longer);
        var session = await other.Create("ana");
        (await other.Send(session, new SessionCommand.KeepAlive(100))).ShouldBeAccepted();
        var id = session.Id.ToString();
        await app.LetLapse(ana, id);

        await app.RunSchedule();

        var seen = await ana.Session(id);
        (seen.State(), seen.Progress()).ShouldBe(("CANCELED", 100));
        seen.TryGetProperty("error_message", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("keep-alive", false)]
    [InlineData("cancel", false)]
    [InlineData("fail", false)]
    [InlineData("keep-alive", true)]
    [InlineData("cancel", true)]
    [InlineData("fail", true)]
    public async Task An_expired_session_allows_nothing_whether_swept_or_not(string action, bool isSwept)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await app.LetLapse(ana, id);
        if (isSwept)
            await app.RunSchedule();

        var answer = await ana.Act(id, action);

        await answer.ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");
        (await answer.ErrorText()).ShouldContain("is expired");
        (await ana.Session(id)).State().ShouldBe("ERROR");
    }

    [Fact]
    public async Task A_lapsed_lease_reads_as_expired_before_the_schedule_comes_by_and_stays_so()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await app.LetLapse(ana, id);

        var seen = await ana.Session(id);

        seen.State().ShouldBe("ERROR");
        await (await ana.Act(id, "keep-alive")).ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");
        (await ana.Session(id)).GetRawText().ShouldBe(seen.GetRawText());
        (await app.Ask<long>($"select count(*) from event_store.events where stream_id = '{id}'")).ShouldBe(2);
    }

    [Fact]
    public async Task An_expired_session_is_listed_and_can_be_deleted()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await app.LetLapse(ana, id);

        (await ana.List()).ShouldContain(id);
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();
    }

    [Theory]
    [InlineData("expire")]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task An_ended_session_is_gone_after_its_retention_and_its_owner_is_told(string end)
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        await using var other = new Node(app.ConnectionString, Longer);
        var id = (await other.Create("ana")).Id.ToString();
        if (end == "expire")
            await app.LetLapse(ana, id);
        else
            await (await ana.Act(id, end)).ShouldBeDone();
        await app.RunSchedule();
        (await ana.List()).ShouldContain(id);

        // The removal becomes due now, and the policy of the next node has no retention.
        await app.Run($"update event_store.scheduled_messages set due_at = now() where stream_id = '{id}'");
        await using var hasty = new Node(app.ConnectionString, StoreSentences.OverAtOnce);
        await hasty.Schedule.RunOnce(CancellationToken.None);

        (await ana.List()).ShouldNotContain(id);
        var answer = await ana.GetAsync(Paths.One(id));
        await answer.ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await answer.ErrorText()).ShouldContain("had ended; it was removed by the system at 20");
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await (await bo.GetAsync(Paths.One(id))).ErrorText()).ShouldContain("does not exist");
    }

    [Fact]
    public async Task No_session_expires_before_its_expiration_time_however_often_the_schedule_runs()
    {
        using var ana = await app.ClientOf("ana");
        await using var other = new Node(app.ConnectionString, Longer);
        var id = (await other.Create("ana")).Id.ToString();
        var created = await ana.Session(id);
        JsonElement seen;
        var passes = 0;
        do
        {
            await app.RunSchedule();
            seen = await ana.Session(id);
            passes++;
        }
        while (await app.Now() < created.ExpirationTime() && seen.State() == "ACTIVE");

        passes.ShouldBeGreaterThan(1);
        (await app.Now()).ShouldBeGreaterThanOrEqualTo(created.ExpirationTime());
    }

    [Fact]
    public async Task A_session_that_is_kept_alive_outlives_its_first_lease()
    {
        // A node grants leases by its own policy: the first can be renewed in time, and the second outlasts the test.
        await using var other = new Node(app.ConnectionString, Longer);
        await using var generous = await app.AnotherNode(("Lease:IdleTimeout", "01:00:00"));
        using var ana = await generous.ClientOf("ana");
        var id = (await other.Create("ana")).Id.ToString();
        var first = (await ana.Session(id)).ExpirationTime();
        await (await ana.Act(id, "keep-alive")).ShouldBeDone();

        await app.WaitUntil(first);
        await app.RunSchedule();

        var session = await ana.Session(id);
        session.State().ShouldBe("ACTIVE");
        session.ExpirationTime().ShouldBeGreaterThan(first);
    }
}
