using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The schedule as it runs by itself.</summary>
public sealed class SweptApp : SessionsApp
{
    public SweptApp(TestPostgres postgres)
        : base(postgres)
    {
        Settings["Lease:IdleTimeout"] = "00:00:00.300";
        Settings["Lease:Retention"] = "00:00:00.100";
    }
}

public sealed class SweepTests(SweptApp app) : IClassFixture<SweptApp>
{
    [Fact]
    public async Task A_session_that_nobody_touches_is_expired_and_then_removed_and_never_early()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await app.Until($"count(*) = 3 from event_store.events where stream_id = '{id}'");

        (await app.Ask<bool>($"""
            select bool_and(recorded_at >= earliest)
            from (
                select recorded_at, lag(recorded_at) over (order by version)
                    + case version when 2 then interval '0.3 s' else interval '0.1 s' end as earliest
                from event_store.events
                where stream_id = '{id}'
            ) as step
            """)).ShouldBeTrue();
        await (await ana.GetAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }
}
