using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Tests.Fixtures;

/// <summary>The parts of a server, put together as the server does, for tests of one part.</summary>
static class Servers
{
    public static Migrator Migrator(NpgsqlDataSource database) =>
        new(database, [typeof(EventStore).Assembly, typeof(SessionList).Assembly], NullLogger<Migrator>.Instance);
}

/// <summary>
/// One node without HTTP: everything that writes and reads sessions, on a database that it may share
/// with other nodes.
/// </summary>
sealed class Node : IAsyncDisposable
{
    /// <summary>What it calls itself.</summary>
    public const string Name = "a-node";

    public Node(string connectionString, LeasePolicy? policy = null, CommandOptions? options = null,
        InlineProjection? project = null, ScheduleOptions? schedule = null, TimeProvider? clock = null)
    {
        ConnectionString = connectionString;
        Policy = policy ?? new LeasePolicy();
        var commands = options ?? new CommandOptions();
        Database = Sessions.Storage.Database.Open(connectionString, Name);
        Commands = new GroupCommit(
            Sessions.Storage.Database.OpenForCommands(connectionString, commands.Lanes, Name),
            Policy, commands, project ?? SessionList.Project, clock ?? TimeProvider.System,
            NullLogger<GroupCommit>.Instance, SessionList.Counting);
        Store = new EventStore(Database, commands);
        List = new SessionList(Database, commands);
        Log = new EventLog(Database);
        Letters = new DeadLetters(Database);
        Schedule = new ScheduledMessages(
            Database, Policy, schedule ?? new ScheduleOptions(), project ?? SessionList.Project,
            NullLogger<ScheduledMessages>.Instance, Name);
    }

    public string ConnectionString { get; }

    public LeasePolicy Policy { get; }

    public NpgsqlDataSource Database { get; }

    public GroupCommit Commands { get; }

    public EventStore Store { get; }

    public SessionList List { get; }

    public EventLog Log { get; }

    public DeadLetters Letters { get; }

    public ScheduledMessages Schedule { get; }

    public async ValueTask DisposeAsync()
    {
        await Commands.DisposeAsync();
        await Store.DisposeAsync();
        await List.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Short forms of what tests say again and again.</summary>
static class NodeSentences
{
    public static readonly PinnedItem Item = new(
        Guid.Parse("11111111-2222-4333-8444-555555555555"), "v1",
        [new PinnedFile("disk.bin", 1024, DateTimeOffset.UnixEpoch), new PinnedFile("note.txt", 10, DateTimeOffset.UnixEpoch)]);

    public static Provenance By(string actor) => new("test", actor);

    public static SessionAddress NewAddress(string owner = "ana") => new(new SessionId(Guid.CreateVersion7()), owner);

    public static Task<CommandOutcome> Send(this Node node, SessionAddress address, SessionCommand command) =>
        node.Commands.Submit(address, command, By(address.Owner), CancellationToken.None);

    /// <summary>Creates a session and returns its address.</summary>
    public static async Task<SessionAddress> Create(this Node node, string owner = "ana", Guid? token = null)
    {
        var outcome = await node.Send(NewAddress(owner), new SessionCommand.Create(Item, token));
        outcome.Decision.ShouldBeOfType<Decision.Accepted>();
        return outcome.Address;
    }

    public static async Task<IReadOnlyList<SessionEvent>> EventsOf(this Node node, SessionAddress address) =>
        [.. (await node.Store.Read(address, CancellationToken.None).ToListAsync()).Select(recorded => recorded.Event)];

    /// <summary>One value of a statement that a test asks the database itself.</summary>
    public static async Task<T> Ask<T>(this Node node, string statement)
    {
        await using var command = node.Database.CreateCommand(statement);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task Run(this Node node, string statement)
    {
        await using var command = node.Database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }
}
