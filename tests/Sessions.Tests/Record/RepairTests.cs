using Sessions.Domain;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Record;

/// <summary>A repair derives from the events whatever else is stored of sessions.</summary>
public sealed class RepairTests(TestPostgres postgres) : ThreeSessions(postgres)
{
    [Theory]
    [InlineData($"update {Streams} set snapshot = '{{}}'")]
    [InlineData($"update {Streams} set version = version + 1, client_token = null")]
    [InlineData($"delete from {Streams}")]
    [InlineData($"delete from {Messages}")]
    [InlineData($"update {Messages} set due_at = '2999-01-01', kind = 'purge'")]
    [InlineData($"insert into {Messages} (stream_id, owner, kind, due_at) select stream_id, owner, 'purge', now() from {Streams} where owner = 'cy'")]
    public async Task Rows_and_messages_are_mended_from_the_events(string damage)
    {
        var before = await Rows();
        await Node.Run(damage);
        (await Node.VerifyReplay()).ShouldNotBeEmpty();

        (await Repair()).Mended.ShouldBeGreaterThan(0);

        (await Node.VerifyReplay()).ShouldBeEmpty();
        (await Rows()).ShouldBe(before);
        await Node.ShouldBeSound();
        (await Node.Send(Active, new Delete())).ShouldBeAccepted();
    }

    [Theory]
    [InlineData("gone", $"delete from {Events} {{0}} and version = 2", "its row is at version 2, its events at 1")]
    [InlineData("active", $"delete from {Events} {{0}} and version = 4", "its row is at version 4, its events at 3")]
    [InlineData("active", $"delete from {Events} {{0}} and version > 2; update {Streams} set snapshot = '[1]' {{0}}", "its row is at version 4, its events at 2")]
    [InlineData("active", $"delete from {Events} {{0}}", "it has a row but no events")]
    [InlineData("none", $"insert into {Messages} (stream_id, owner, kind, due_at) values (gen_random_uuid(), 'nobody', 'purge', now())", "a message waits for it, but it does not live")]
    public async Task A_session_whose_events_seem_to_be_gone_is_named_and_left_as_it_is(string whose, string damage, string says)
    {
        await Node.Run(string.Format(null, damage, AddressOf(whose) is { } address ? address.Where() : ""));
        var (before, told) = (await Rows(), new List<Difference>());

        var report = await Repair(told);

        report.ShouldBe(new RepairReport(Mended: 0, Left: 1));
        told.ShouldContain(one => one.Says.Contains(says, StringComparison.Ordinal));
        (await Rows()).ShouldBe(before);
    }

    [Fact]
    public async Task A_lost_row_whose_client_token_leads_to_another_session_is_named_and_keeps_nobody_else_from_being_mended()
    {
        var token = Guid.CreateVersion7();
        var (lost, lostToo) = (await Node.Create("dora", token), await Lose());
        await Lose();
        var holder = await Node.Create("dora", token);
        await Node.Run($"update {Streams} set snapshot = '{{}}' where owner = 'ana'");
        var told = new List<Difference>();

        var report = await Repair(told);

        report.ShouldBe(new RepairReport(Mended: 1, Left: 2));
        told.Select(one => one.Session).ShouldBe([lost.Id.Value, lostToo.Id.Value], ignoreOrder: true);
        told.ShouldAllBe(one => one.Says.EndsWith("its client token leads to another session by now.", StringComparison.Ordinal));
        (await Node.Send(holder, new KeepAlive())).ShouldBeAccepted();
        (await Node.Send(Active, new KeepAlive())).ShouldBeAccepted();

        async Task<SessionAddress> Lose()
        {
            await Node.Run($"delete from {Streams} where owner = 'dora'");
            return await Node.Create("dora", token);
        }
    }

    [Fact]
    public async Task Client_tokens_that_were_exchanged_are_put_back()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (one, other) = (await Node.Create("dora", first), await Node.Create("dora", second));
        await Node.Run($"""
            update {Streams} set client_token = null where owner = 'dora';
            update {Streams} set client_token = '{second}' {one.Where()};
            update {Streams} set client_token = '{first}' {other.Where()}
            """);

        (await Repair())
            .ShouldBe(new RepairReport(Mended: 2, Left: 0));

        (await Node.VerifyReplay()).ShouldBeEmpty();
        (await Node.Create("dora", first)).ShouldBe(one);
        (await Node.Create("dora", second)).ShouldBe(other);
    }

    [Fact]
    public async Task Of_two_lost_rows_with_one_client_token_the_first_is_mended()
    {
        var token = Guid.CreateVersion7();
        var lost = new List<SessionAddress>();
        for (var i = 0; i < 2; i++)
        {
            lost.Add(await Node.Create("dora", token));
            await Node.Run($"delete from {Streams} where owner = 'dora'");
        }

        (await Repair())
            .ShouldBe(new RepairReport(Mended: 1, Left: 1));

        (await Node.Create("dora", token)).ShouldBe(lost[0]);
    }

    [Fact]
    public async Task Nothing_is_mended_where_nothing_is_broken() =>
        (await Repair()).ShouldBe(new RepairReport(Mended: 0, Left: 0));

    Task<RepairReport> Repair(List<Difference>? told = null) => ReplayVerification.Repair(
        Node.Database, Node.Policy, told is null ? _ => { } : told.Add, progress: null, CancellationToken.None);

    Task<string> Rows() => Node.Ask<string>($"select string_agg(concat(stream_id, owner, version, snapshot, origin, client_token), ' ' order by stream_id) from {Streams}");
}
