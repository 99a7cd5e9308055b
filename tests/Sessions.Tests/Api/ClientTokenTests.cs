using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Content;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class ClientTokenTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Theory]
    [InlineData("Client-Token")]
    [InlineData("client_token")]
    [InlineData("CLIENT-TOKEN")]
    [InlineData("?client_token")]
    public async Task The_same_token_is_the_same_creation(string carrier)
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";

        var first = await Create(ana, app.ItemId, token, carrier);
        var second = await Create(ana, app.ItemId, token, carrier);

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await IdOf(second)).ShouldBe(await IdOf(first));
        (await ana.List()).Count(id => id == IdOf(first).Result).ShouldBe(1);
    }

    [Fact]
    public async Task All_carriers_carry_the_same_token()
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";

        var first = await IdOf(await Create(ana, app.ItemId, token, "Client-Token"));

        (await IdOf(await Create(ana, app.ItemId, token.ToUpperInvariant(), "client_token"))).ShouldBe(first);
        (await IdOf(await Create(ana, app.ItemId, token, "?client_token"))).ShouldBe(first);
    }

    [Theory]
    [InlineData("Client-Token", "x")]
    [InlineData("client_token", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("?client_token", "{01890a5d-ac96-774b-bcce-b302099a8057}")]
    [InlineData("?client_token", "%00")]
    [InlineData("?client_token", "01890a5d-ac96-774b-bcce-b302099a8057%00")]
    public async Task A_token_that_is_no_UUID_is_refused(string carrier, string token)
    {
        using var ana = await app.ClientOf("ana");
        var before = await app.CountEvents();

        await (await Create(ana, app.ItemId, token, carrier)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");

        (await app.CountEvents()).ShouldBe(before);
    }

    [Theory]
    [InlineData("Client-Token")]
    [InlineData("?client_token")]
    public async Task An_empty_token_is_none(string carrier)
    {
        using var ana = await app.ClientOf("ana");

        var first = await IdOf(await Create(ana, app.ItemId, "", carrier));

        (await IdOf(await Create(ana, app.ItemId, "", carrier))).ShouldNotBe(first);
    }

    [Fact]
    public async Task The_same_token_for_another_item_is_refused()
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";
        var first = await IdOf(await Create(ana, app.ItemId, token));

        var second = await Create(ana, app.Item("installer"), token);

        await second.ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        (await ana.Session(first)).GetProperty("library_item_id").GetString().ShouldBe(app.ItemId);
    }

    [Fact]
    public async Task Two_users_may_have_the_same_token()
    {
        using var ana = await app.ClientOf("ana");
        using var bo = await app.ClientOf("bo");
        var token = $"{Guid.CreateVersion7()}";

        (await IdOf(await Create(ana, app.ItemId, token))).ShouldNotBe(await IdOf(await Create(bo, app.ItemId, token)));
    }

    [Fact]
    public async Task A_token_is_remembered_after_the_session_was_canceled()
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";
        var id = await IdOf(await Create(ana, app.ItemId, token));
        await (await ana.Act(id, "cancel")).ShouldBeDone();

        (await IdOf(await Create(ana, app.ItemId, token))).ShouldBe(id);
    }

    [Fact]
    public async Task A_token_is_free_again_when_its_session_was_deleted()
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";
        var id = await IdOf(await Create(ana, app.ItemId, token));
        await (await ana.DeleteAsync(Paths.One(id))).ShouldBeDone();

        var again = await IdOf(await Create(ana, app.ItemId, token));

        again.ShouldNotBe(id);
        (await ana.Session(again)).State().ShouldBe("ACTIVE");
    }

    [Fact]
    public async Task A_token_leads_to_its_session_when_the_item_is_gone_and_creates_none()
    {
        using var ana = await app.ClientOf("ana");
        var token = $"{Guid.CreateVersion7()}";
        var library = app.Services.GetRequiredService<ContentLibrary>();
        var folder = Directory.CreateDirectory(Path.Combine(app.ContentRoot, "sample", $"short-lived {token}"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "one.txt"), "1");
        library.Rescan();
        var item = app.Item(folder.Name);
        var id = await IdOf(await Create(ana, item, token));

        folder.Delete(recursive: true);
        library.Rescan();

        (await IdOf(await Create(ana, item, token))).ShouldBe(id);
        await (await Create(ana, app.ItemId, token)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
        await (await Create(ana, item, $"{Guid.CreateVersion7()}")).ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task Two_nodes_at_once_create_one_session()
    {
        await using var other = await app.AnotherNode();
        using var here = await app.ClientOf("ana");
        using var there = await other.ClientOf("ana");
        for (var round = 0; round < 5; round++)
        {
            var token = $"{Guid.CreateVersion7()}";

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 32).Select(i => Create(i % 2 == 0 ? here : there, app.ItemId, token)));

            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
            (await Task.WhenAll(answers.Select(IdOf))).Distinct().Count().ShouldBe(1);
        }
    }

    static Task<HttpResponseMessage> Create(
        HttpClient client, string itemId, string token, string carrier = "Client-Token")
    {
        var inQuery = carrier.StartsWith('?');
        var request = new HttpRequestMessage(HttpMethod.Post, Paths.Sessions + (inQuery ? $"{carrier}={token}" : ""))
        {
            Content = new StringContent($$"""{"library_item_id":"{{itemId}}"}"""),
        };
        request.Content.Headers.ContentType = null;
        if (!inQuery)
            request.Headers.Add(carrier, token);
        return client.SendAsync(request);
    }

    static async Task<string> IdOf(HttpResponseMessage answer) => (await answer.Content.ReadAsStringAsync()).Trim('"');
}
