using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>A server where no session lives longer than three seconds, however active it is.</summary>
public sealed class ShortLifeApp : DownloadApp
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    public ShortLifeApp(TestPostgres postgres)
        : base(postgres) =>
        Settings["Lease:MaxLifetime"] = "00:00:03";
}

public sealed class LifetimeTests(ShortLifeApp app) : IClassFixture<ShortLifeApp>
{
    [Fact]
    public async Task A_session_expires_at_the_end_of_its_longest_life_and_says_why()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var address = new SessionAddress(SessionId.TryParse(id, out var parsed) ? parsed : default, "ana");
        var created = (SessionCreated)(await app.EventsOf(address))[0].Event;
        created.ExpiresAt.ShouldBe(created.At + ShortLifeApp.Longest);

        await app.WaitUntil(created.ExpiresAt);

        var session = await ana.Session(id);
        session.State().ShouldBe("ERROR");
        session.GetProperty("error_message").GetProperty("default_message").GetString()
            .ShouldEndWith("it reached the longest life allowed.");
        (await app.Await<SessionExpired>(address)).ShouldHaveSingleItem()
            .Event.ShouldBeOfType<SessionExpired>().Reason.ShouldBe(ExpiryReason.Lifetime);
    }

    [Fact]
    public async Task A_transfer_is_cut_at_the_end_of_its_sessions_longest_life_however_fast_it_is_read()
    {
        var session = await app.Begin(app.AddSparse("big.iso", 1L << 42));
        await using var reader = await SlowReader.Open(await app.Link(session, "big.iso"));

        await reader.ShouldBeCut(isReadUntilThen: true);

        (await app.Await<SessionExpired>(session)).ShouldHaveSingleItem()
            .Event.ShouldBeOfType<SessionExpired>().Reason.ShouldBe(ExpiryReason.Lifetime);
        await app.Await<TransferAborted>(session);
    }

    [Fact]
    public async Task A_keep_alive_does_not_extend_the_longest_life()
    {
        await using var other = await app.AnotherNode(("Lease:MaxLifetime", "01:00:00"), ("Lease:IdleTimeout", "01:00:00"));
        using var ana = await other.ClientOf("ana");
        var id = await ana.CreateSession(other.ItemId);
        var before = (await ana.Session(id)).ExpirationTime();

        await (await ana.Act(id, "keep-alive", """{"progress":40}""")).ShouldBeDone();

        var after = await ana.Session(id);
        after.ExpirationTime().ShouldBe(before);
        after.Progress().ShouldBe(40);
    }
}
