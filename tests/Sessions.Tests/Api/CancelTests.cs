using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class CancelTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"progress":"ignored"}""")]
    public async Task A_canceled_session_reads_so_and_keeps_the_rest(string? body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, "keep-alive", """{"progress":30}""")).ShouldBeDone();
        var before = await ana.Session(id);

        await (await ana.Act(id, "cancel", body)).ShouldBeDone();

        var after = await ana.Session(id);
        after.State().ShouldBe("CANCELED");
        after.Progress().ShouldBe(30);
        after.ExpirationTime().ShouldBe(before.ExpirationTime());
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task A_session_ends_only_once(string end)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, end)).ShouldBeDone();
        var before = await app.CountEvents();

        await (await ana.Act(id, "cancel")).ShouldBe(HttpStatusCode.BadRequest, "NOT_ALLOWED_IN_CURRENT_STATE");

        (await app.CountEvents()).ShouldBe(before);
    }

    [Fact]
    public async Task A_session_that_never_was_cannot_be_canceled()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.Act(Ids.Unknown, "cancel")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Of_many_who_cancel_at_once_one_succeeds()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ana.Act(id, "cancel")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest).ShouldBe(15);
    }
}
