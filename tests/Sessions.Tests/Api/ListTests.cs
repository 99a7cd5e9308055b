using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>Each test has a server of its own, because a list shows every session of a user.</summary>
public sealed class ListTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly SessionsApp app = new(postgres);

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Who_has_no_sessions_gets_an_empty_list()
    {
        using var ana = await app.ClientOf("ana");

        var answer = await ana.GetAsync(Paths.Sessions);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsStringAsync()).ShouldBe("[]");
    }

    [Fact]
    public async Task A_list_holds_all_of_ones_own_sessions_in_the_order_of_their_creation_and_nobody_elses()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        var first = await ana.CreateSession(app.ItemId);
        var other = await bo.CreateSession(app.ItemId);
        var second = await ana.CreateSession(app.Item("installer"));

        (await ana.List()).ShouldBe([first, second]);
        (await bo.List()).ShouldBe([other]);
    }

    [Fact]
    public async Task An_administrator_lists_only_his_own_too()
    {
        using var ana = await app.ClientOf("ana");
        using var admin = await app.ClientOf("admin");
        await ana.CreateSession(app.ItemId);
        var own = await admin.CreateSession(app.ItemId);

        (await admin.List()).ShouldBe([own]);
    }

    [Fact]
    public async Task A_list_may_be_limited_to_one_item()
    {
        using var ana = await app.ClientOf("ana");
        var installer = app.Item("installer");
        await ana.CreateSession(app.ItemId);
        var wanted = await ana.CreateSession(installer);

        (await ana.List($"?library_item_id={installer}")).ShouldBe([wanted]);
        (await ana.List($"?library_item_id={app.Item("tiny-vm")}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_filter_before_the_true_one_does_not_count()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await ana.CreateSession(app.Item("installer"));

        (await ana.List($"?library_item_id&library_item_id={app.ItemId}")).ShouldBe([id]);
        (await ana.List("?library_item_id=")).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(Ids.Unknown)]
    [InlineData("obj-103")]
    public async Task An_item_that_does_not_exist_is_not_found(string itemId)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.GetAsync($"{Paths.Sessions}?library_item_id={itemId}"))
            .ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task An_ended_session_is_listed_until_it_is_deleted()
    {
        using var ana = await app.ClientOf("ana");
        var canceled = await ana.CreateSession(app.ItemId);
        var failed = await ana.CreateSession(app.ItemId);
        var gone = await ana.CreateSession(app.ItemId);
        await (await ana.Act(canceled, "cancel")).ShouldBeDone();
        await (await ana.Act(failed, "fail")).ShouldBeDone();
        await (await ana.DeleteAsync(Paths.One(gone))).ShouldBeDone();

        var listed = await ana.List();

        listed.ShouldBe([canceled, failed]);
        foreach (var id in listed)
            await ana.Session(id);
    }
}
