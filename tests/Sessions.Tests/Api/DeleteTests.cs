using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class DeleteTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_deleted_session_answers_204_and_is_then_not_found()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();

        await (await ana.DeleteAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Theory]
    [InlineData("keep-alive")]
    [InlineData("cancel")]
    [InlineData("fail")]
    public async Task A_session_can_be_deleted_in_every_state(string action)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.Act(id, action)).ShouldBeDone();

        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();

        (await ana.List()).ShouldNotContain(id);
    }

    [Fact]
    public async Task Nothing_can_be_done_with_a_deleted_session()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();

        await (await ana.GetAsync(Paths.One(id))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        foreach (var action in new[] { "keep-alive", "cancel", "fail" })
            await (await ana.Act(id, action)).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await app.Ask<long>($"select count(*) from event_store.scheduled_messages where stream_id = '{id}'"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task The_owner_is_told_who_deleted_his_session_and_when()
    {
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        var own = await ana.CreateSession(app.ItemId);
        var taken = await ana.CreateSession(app.ItemId);
        await (await ana.DeleteAsync(Paths.One(own))).ShouldBeDone();
        await (await admin.DeleteAsync(Paths.One(taken))).ShouldBeDone();

        (await (await ana.GetAsync(Paths.One(own))).ErrorText()).ShouldContain("deleted by ana at 20");
        (await (await ana.DeleteAsync(Paths.One(taken))).ErrorText()).ShouldContain("deleted by admin at 20");
    }

    [Theory]
    [InlineData("bo")]
    [InlineData("admin")]
    public async Task Nobody_else_learns_that_there_ever_was_a_session(string user)
    {
        using var ana = await app.ClientOf("ana");
        using var other = await app.ClientOf(user);
        var id = await ana.CreateSession(app.ItemId);
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();
        var never = $"{Guid.CreateVersion7()}";

        var gone = await (await other.GetAsync(Paths.One(id))).Content.ReadAsStringAsync();
        var unknown = await (await other.GetAsync(Paths.One(never))).Content.ReadAsStringAsync();

        gone.Replace(id, never, StringComparison.Ordinal).ShouldBe(unknown);
    }

    [Fact]
    public async Task A_session_that_never_was_cannot_be_deleted()
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.DeleteAsync(Paths.One(Ids.Unknown))).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_body_of_a_delete_may_be_an_empty_structure()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        using var request = new HttpRequestMessage(HttpMethod.Delete, Paths.One(id))
        {
            Content = new StringContent("{}", mediaType: new("application/json")),
        };

        await (await ana.SendAsync(request)).ShouldBeDone();
    }

    [Fact]
    public async Task Of_many_who_delete_at_once_one_succeeds()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ana.DeleteAsync(Paths.One(id))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.NotFound).ShouldBe(15);
    }
}
