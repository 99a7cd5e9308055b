using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Schedule;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Storage;

/// <summary>A database that refuses every write, because it has no room or its disk fails.</summary>
public sealed class FullDatabaseTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly ScheduleOptions GivesUpAtOnce = new() { AttemptsMax = 1 };

    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(
        await postgres.CreateDatabase(), StoreSentences.OverAtOnce with { Retention = TimeSpan.FromHours(1) },
        schedule: GivesUpAtOnce);

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>disk_full, out_of_memory, io_error.</summary>
    public static TheoryData<string> States => ["53100", "53200", "58030"];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Commands_are_turned_away_and_not_blamed(string state)
    {
        await Fill(state);

        var turnedAway = await node.Create().ShouldFail<StoreUnavailableException>();

        turnedAway.OutcomeUnknown.ShouldBeFalse();
        await Empty();
        await node.Create();
        (await node.Ask<long>("select count(*) from event_store.events")).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Messages_are_not_blamed_and_fire_when_there_is_room(string state)
    {
        var address = await node.Create();
        await Fill(state);

        await node.Schedule.RunOnce(CancellationToken.None).ShouldFail<Npgsql.PostgresException>();

        await Empty();
        (await node.Letters.Count(CancellationToken.None)).ShouldBe(0);
        (await node.Ask<short>("select attempts from event_store.scheduled_messages")).ShouldBe((short)0);
        await node.Schedule.RunUntilDone();
        (await node.SessionAt(address)).ShouldBeOfType<Session.Ended>();
        (await node.Send(address, new Delete())).ShouldBeAccepted();
    }

    Task Fill(string state) => node.Run(StoreSentences.RefuseEvents(state: state));

    Task Empty() => node.Run(StoreSentences.RefuseNone);
}
