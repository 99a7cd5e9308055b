using Sessions.Cli.AsTest;
using Sessions.Cli.Frame;
using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using Sessions.Tests.History;
using static Sessions.Domain.SessionCommand;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class AsTestTests(TestPostgres postgres)
{
    static readonly Guid Transfer = new("cccccccc-0000-4000-8000-000000000003");

    static readonly DateTimeOffset Noon = new(2031, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_session_of_a_real_server_becomes_a_test_that_compiles_and_passes()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        var address = await node.Create("o'neill \"ü\"", Guid.CreateVersion7());
        await node.Send(address, new PrepareFile("disk.bin"));
        await node.Send(address, new KeepAlive(40));
        await node.Send(address, new Fail("disk \\ full\n"));
        await node.Send(address, new Delete());

        var source = (await RunOn(node.ConnectionString, "as-test", address.Id.ToString())).ShouldEnd(ExitCode.Done).Output;

        var (facts, failures) = CompiledTest.Run(source);
        facts.ShouldBe(5);
        failures.ShouldBeEmpty(source);
    }

    /// <summary>Lives under policies unknown to the generator: random lives, and one for each way to end.</summary>
    [Fact]
    public void Sessions_with_events_of_every_kind_become_tests_that_pass()
    {
        var lives = History.WhatIfTests.Policies.Select(row => row.Data)
            .SelectMany(policy => new[] { new RandomLives(policy, seed: 1).Play(), new RandomLives(policy, seed: 2).Play() })
            .Append(Life(new Cancel(), new Delete()))
            .Append(Life(new Fail("disk full"), new RecordTransfer(Transfer, "disk.bin", new ByteRange(0, 5), TransferStep.Aborted)))
            .ToArray();

        EventJson.Types.Keys.Except(lives.SelectMany(events => events.Select(recorded => recorded.Event.GetType())))
            .ShouldBeEmpty("or the test proves little");
        foreach (var source in lives.Select(Generate))
        {
            source.Unexplained.ShouldBeEmpty(source.Text);
            CompiledTest.Run(source.Text).Failures.ShouldBeEmpty(source.Text);
        }
    }

    [Fact]
    public void Where_the_rules_have_changed_since_the_test_fails_and_the_generator_says_where()
    {
        var life = new RecordedLife(new LeasePolicy());
        life.Send(new Create(NodeSentences.Item), Noon);
        // As earlier rules might have recorded it: they accepted any progress.
        life.Record(new SessionEvent.SessionKeptAlive(Noon.AddMinutes(6), Progress: 400) { At = Noon.AddMinutes(1) });

        var source = Generate(life.Events);

        source.Unexplained.ShouldBe([2]);
        CompiledTest.Run(source.Text).Failures.ShouldBe(["At_version_1_KeepAlive_is_recorded_as_SessionKeptAlive"]);
    }

    static List<LoggedEvent> Life(params SessionCommand[] end)
    {
        SessionCommand[] commands =
        [
            new Create(NodeSentences.Item, Transfer), new PrepareFile("disk.bin"),
            new RecordTransfer(Transfer, "disk.bin", new ByteRange(0, 1024), TransferStep.Started), new Touch(),
            new RecordTransfer(Transfer, "disk.bin", new ByteRange(0, 1024), TransferStep.Finished, TimeSpan.FromSeconds(2)),
            new KeepAlive(), new KeepAlive(40), .. end,
        ];
        var life = new RecordedLife(new LeasePolicy { IdleTimeout = TimeSpan.FromMinutes(3) });
        foreach (var (minute, command) in commands.Index())
            life.Send(command, Noon.AddMinutes(minute));
        return life.Events;
    }

    static TestSource Generate(IReadOnlyList<LoggedEvent> events) =>
        TestSource.Of(new SessionHistory(events[0].Address, events), new LeasePolicy());
}
