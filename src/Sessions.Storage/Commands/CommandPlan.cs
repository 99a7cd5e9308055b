using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Sessions.Domain;
using Sessions.Storage.Streams;

namespace Sessions.Storage.Commands;

/// <summary>
/// A batch of commands and the streams they address: read in one round trip, decided in arrival order, folded in memory.
/// </summary>
sealed class CommandPlan
{
    readonly Dictionary<SessionAddress, StreamChange> streams = [];
    readonly Dictionary<(string Owner, Guid Token), SessionAddress> tokens = [];
    readonly OwnerSessions? ownerSessions;
    readonly ILogger log;
    IReadOnlyDictionary<Guid, CommandOutcome> committed = new Dictionary<Guid, CommandOutcome>();
    DateTimeOffset now;

    CommandPlan(OwnerSessions? ownerSessions, ILogger log) => (this.ownerSessions, this.log) = (ownerSessions, log);

    public IReadOnlyCollection<StreamChange> Changes => streams.Values;

    public bool ChangesAnything => streams.Values.Any(stream => stream.Events.Count > 0);

    /// <summary>
    /// Reads the streams, the client tokens, what the log holds of commands in doubt, and the time. A creation's own id
    /// is read only when the creation is in doubt or the batch was overtaken: otherwise the id is assumed to be new.
    /// </summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="commands">The batch.</param>
    /// <param name="overtaken">Whether another writer was first at an earlier attempt.</param>
    /// <param name="counting">Counts the creators' sessions; null where the policy does not limit them.</param>
    /// <param name="log">Logs snapshots that cannot be read.</param>
    public static async Task<CommandPlan> Load(
        NpgsqlConnection connection,
        IReadOnlyList<PendingCommand> commands,
        bool overtaken,
        SessionCounting? counting,
        ILogger log)
    {
        var plan = new CommandPlan(counting is null ? null : new OwnerSessions(), log);
        var addressed = commands
            .Where(command => command.Command is not SessionCommand.Create || command.InDoubt || overtaken)
            .Select(command => command.Address).Distinct().ToArray();
        var tokened = commands.Where(command => command.ClientToken is not null).ToArray();
        var doubtful = commands.Where(command => command.InDoubt).ToArray();
        string[] creators = counting is null
            ? []
            : [.. commands.Where(command => command.Command is SessionCommand.Create)
                .Select(command => command.Address.Owner).Distinct(StringComparer.Ordinal)];

        await using var batch = new NpgsqlBatch(connection);
        if (creators.Length > 0)
            batch.Add(counting!.Count).WithArray(NpgsqlDbType.Text, creators);
        if (tokened.Length > 0)
        {
            batch.Add(Sql.LoadStreamsByToken)
                .WithArray(NpgsqlDbType.Text, Array.ConvertAll(tokened, command => command.Address.Owner))
                .WithArray(NpgsqlDbType.Uuid, Array.ConvertAll(tokened, command => command.ClientToken!.Value));
        }

        // The query for the streams also returns the time, taken after them, so that no stream's times run backwards.
        if (addressed.Length > 0)
        {
            batch.Add(Sql.LoadStreams)
                .WithAddresses(addressed);
        }
        else
        {
            batch.Add(Sql.Now);
        }

        var outdated = new List<SessionAddress>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            if (creators.Length > 0)
                await plan.ownerSessions!.Read(reader);
            if (tokened.Length > 0)
                await plan.ReadTokens(reader, tokened, outdated);
            if (addressed.Length > 0)
                plan.Take(await StreamRows.Read(reader, addressed, log), addressed, outdated);
            else
                plan.now = await StreamRows.ReadTime(reader);
        }

        foreach (var address in outdated)
            plan.streams[address] = await StreamRows.Fold(connection, address);
        // The events that were folded may be newer than the time that came with the row.
        if (outdated.Count > 0)
            plan.now = await StreamRows.Now(connection);
        // Read after the streams: a transaction in doubt that commits in between is then found here. In the other order,
        // its events could be in a stream while its command still looks unrecorded.
        if (doubtful.Length > 0)
            plan.committed = await CommittedCommands.Find(connection, doubtful);
        return plan;
    }

    /// <summary>Decides the commands in arrival order. One that cannot be decided harms no other.</summary>
    public void Decide(IReadOnlyList<PendingCommand> commands, LeasePolicy policy)
    {
        foreach (var command in commands)
        {
            if (committed.TryGetValue(command.Id, out var recorded))
            {
                command.Decide(recorded);
                continue;
            }

            var stream = StreamOf(command);
            try
            {
                var (owner, before, version) = (stream.Address.Owner, stream.Session, stream.Version);
                var decision = stream.Decide(
                    command.Command, command.Id, command.By, now, policy, ownerSessions?.Of(owner) ?? 0);
                ownerSessions?.Follow(owner, before, stream.Session);
                if (MayStillCome(command) && stream.Version == version)
                    command.DecideToFail(new StoreUnavailableException(
                        "An earlier attempt of this creation may still commit.", outcomeUnknown: true));
                else
                    command.Decide(new CommandOutcome(decision, stream.Address, stream.Session));
                Remember(command, stream);
            }
            catch (Exception broken)
            {
                command.DecideToFail(broken);
            }
        }
    }

    /// <summary>
    /// Whether an earlier transaction of this command, whose outcome is unknown, may still commit although the new
    /// decision records nothing. On an existing stream it cannot: another writer has moved the version on. A creation is
    /// blocked only by the limit on sessions or by a client token in use, and other writers may free either.
    /// </summary>
    static bool MayStillCome(PendingCommand command) => command is { InDoubt: true, Command: SessionCommand.Create { Item: not null } };

    StreamChange StreamOf(PendingCommand command)
    {
        // Tokens are read before streams: a token whose session is deleted by then was released in between.
        var address = command.ClientToken is { } token
            && tokens.TryGetValue((command.Address.Owner, token), out var known)
            && streams[known].Session is not Session.Deleted
                ? known
                : command.Address;
        if (!streams.TryGetValue(address, out var stream))
            streams.Add(address, stream = StreamChange.New(address));
        return stream;
    }

    /// <summary>Keeps the tokens current for later commands of the same batch.</summary>
    void Remember(PendingCommand command, StreamChange stream)
    {
        if (command.ClientToken is { } token)
            tokens[(command.Address.Owner, token)] = stream.Address;
        if (stream is { Session: Session.Deleted, Origin.ClientToken: { } freed }
            && tokens.GetValueOrDefault((stream.Address.Owner, freed)) == stream.Address)
            tokens.Remove((stream.Address.Owner, freed));
    }

    async Task ReadTokens(NpgsqlDataReader reader, PendingCommand[] tokened, List<SessionAddress> outdated)
    {
        while (await reader.ReadAsync())
        {
            var command = tokened[(int)reader.GetInt64(0) - 1];
            var address = new SessionAddress(new SessionId(reader.GetGuid(1)), command.Address.Owner);
            tokens[(address.Owner, command.ClientToken!.Value)] = address;
            if (StreamRows.FindSnapshot(reader, firstColumn: 2, address, log) is { } stream)
                streams[address] = stream;
            else
                outdated.Add(address);
        }

        await reader.NextResultAsync();
    }

    void Take(LoadedStreams loaded, SessionAddress[] addressed, List<SessionAddress> outdated)
    {
        foreach (var stream in loaded.Streams.OfType<StreamChange>())
            streams[stream.Address] = stream;
        outdated.AddRange(loaded.Outdated.Select(place => addressed[place]));
        now = loaded.Now;
    }
}
