using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sessions.Api.Workers;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A node that leaves following the log to the others (<c>Log:Follow</c>).</summary>
public sealed class FollowTests(TestPostgres postgres) : IAsyncLifetime
{
    SessionsApp app = null!;

    public ValueTask InitializeAsync()
    {
        app = new SessionsApp(postgres);
        app.Settings["Log:Follow"] = "false";
        return app.InitializeAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_node_that_does_not_follow_the_log_carries_out_commands_and_is_ready()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        (await ana.Act(id, "keep-alive", """{"progress":40}""")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await ana.Session(id)).Progress().ShouldBe(40);
        using var health = await ana.GetAsync("/health/ready");
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await health.Json()).GetProperty("followers").GetProperty("audit-trail").GetProperty("events_behind").GetInt64()
            .ShouldBe(2);
    }

    [Fact]
    public async Task What_it_writes_is_followed_by_another_node()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        Follows(app).ShouldBeFalse();
        (await app.Ask<long>("select count(*) from read_models.checkpoints")).ShouldBe(0);

        await using var other = await app.AnotherNode(("Log:Follow", "true"));

        Follows(other).ShouldBeTrue();
        await app.Until($"exists (select from read_models.audit_trail where session = '{id}')");
    }

    static bool Follows(SessionsApp node) => node.Services.GetServices<IHostedService>().OfType<ProjectionWorker>().Any();
}
