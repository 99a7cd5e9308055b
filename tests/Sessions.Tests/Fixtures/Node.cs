using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Domain;
using Sessions.Projections;
using Sessions.Storage.Commands;
using Sessions.Storage.Log;
using Sessions.Storage.Schedule;
using Sessions.Storage.Streams;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// One node without HTTP: everything that writes and reads sessions, on a database that it may share with other nodes.
/// </summary>
sealed class Node : IAsyncDisposable
{
    /// <summary>The node's name.</summary>
    public const string Name = "a-node";

    public Node(string connectionString, LeasePolicy? policy = null, CommandOptions? options = null,
        InlineProjection? project = null, ScheduleOptions? schedule = null, TimeProvider? clock = null)
    {
        ConnectionString = connectionString;
        Policy = policy ?? new LeasePolicy();
        var commands = options ?? new CommandOptions();
        Database = Sessions.Storage.Database.Open(connectionString, Name);
        Commands = new GroupCommit(
            Sessions.Storage.Database.OpenForCommands(connectionString, commands, Name),
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
