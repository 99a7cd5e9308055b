using Sessions.Cli.Frame;
using Sessions.Cli.Imagining;
using Sessions.Domain;
using Sessions.Projections.History;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed class WhatIfTests(TestPostgres postgres)
{
    [Fact]
    public async Task Of_what_a_real_server_recorded_nothing_would_be_different_under_its_own_policy()
    {
        await using var node = await Served(StoreSentences.OverAtOnce);

        var told = await RunOn(node.ConnectionString, "what-if", "--idle-timeout", "0s", "--retention", "0s");

        told.ShouldEnd(ExitCode.Done).Output.ShouldContain("Sessions: 2. Would have ended otherwise: 0 ");
    }

    [Fact]
    public async Task Under_a_longer_idle_timeout_they_would_not_have_expired()
    {
        await using var node = await Served(StoreSentences.OverAtOnce);

        var told = (await RunOn(node.ConnectionString, "what-if", "--idle-timeout", "1h", "--owner", "ana", "--json"))
            .ShouldEnd(ExitCode.No).Json;

        told.Length.ShouldBe(2);
        told[0]["owner"]!.GetValue<string>().ShouldBe("ana");
        told[0]["was"]!["activity"]!["reason"]!.GetValue<string>().ShouldBe("idle");
        told[1]["sessions"]!.GetValue<int>().ShouldBe(1);
        told[1]["different"]!.GetValue<int>().ShouldBe(1);
        told[1]["ended_otherwise"]!.GetValue<int>().ShouldBe(1);
        ((int)told[1]["ended_later"]!, (int)told[1]["in_another_way"]!).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData("--idle-timeout", "5", "is not a duration")]
    [InlineData("--retention", "-1m", "is not a duration")]
    [InlineData("--retention", "9999999d", "is not a duration")]
    [InlineData("--max-lifetime", "9999999.00:00:00", "is not a duration")]
    [InlineData("--from", "3.4", "is not a time")]
    public async Task What_is_no_duration_or_no_time_is_wrong_usage(string option, string value, string says) =>
        (await Run("what-if", option, value)).ShouldEnd(ExitCode.Usage).Error.ShouldContain(says);

    [Fact]
    public void A_session_that_only_had_commands_refused_did_not_end_otherwise()
    {
        var ended = new SessionEnds(new SessionEnd("canceled", Reason: null, DateTimeOffset.UnixEpoch), Life: null);
        var address = new SessionAddress(new SessionId(Guid.CreateVersion7()), "ana");

        var totals = new WhatIfTotals().With(new WhatIfDifference(address, ended, ended, Refused: 2));

        (totals.Different, totals.Ended, totals.OnlyRefused, totals.RemovedOtherwise, totals.Refused).ShouldBe((1, 0, 1, 0, 2));
    }

    /// <summary>A database with one session each of ana and bo, which the schedule has ended and removed.</summary>
    async Task<Node> Served(LeasePolicy policy)
    {
        var node = new Node(await postgres.CreateDatabase(), policy);
        await node.Create("ana");
        await node.Create("bo");
        await StoreSentences.Until(
            async () =>
            {
                await node.Schedule.RunOnce(CancellationToken.None);
                return await node.Ask<bool>("select not exists (select from event_store.scheduled_messages)");
            },
            "the schedule has removed the sessions");
        await node.LogShouldBeReadable();
        return node;
    }
}
