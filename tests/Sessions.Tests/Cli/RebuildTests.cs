using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Projections;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class RebuildTests(TestPostgres postgres) : IAsyncLifetime
{
    Node node = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        await node.Create();
        await node.Follow();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData("audit-trail")]
    [InlineData("activity")]
    [InlineData("session-list")]
    public async Task A_model_that_was_whole_is_rebuilt_and_that_is_said(string model)
    {
        (await RunOn(node.ConnectionString, "rebuild", model)).ShouldEnd(ExitCode.Done)
            .Output.ShouldContain("The live one was the same.");
    }

    [Fact]
    public async Task One_that_had_drifted_is_mended_and_the_rebuild_ends_with_no()
    {
        await node.Run("update read_models.audit_trail set owner = 'mallory'");

        var told = (await RunOn(node.ConnectionString, "rebuild", "audit-trail", "--json")).ShouldEnd(ExitCode.No).Json.Single();

        told["different"]!.GetValue<long>().ShouldBe(1);
        (await RunOn(node.ConnectionString, "audit", "--owner", "ana", "--json")).Json.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Somebody_who_watches_sees_how_far_it_is()
    {
        var shown = await RunWithKeys([], "rebuild", "audit-trail", "--connection", node.ConnectionString);

        shown.ShouldEnd(ExitCode.Done).Error.ShouldContain("1 of 1");
    }
}
