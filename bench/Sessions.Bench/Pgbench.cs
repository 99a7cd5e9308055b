using System.Globalization;
using NpgsqlTypes;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>How pgbench sends a transaction of several statements.</summary>
internal enum RoundTrips
{
    /// <summary>One for each statement, <c>begin</c> and <c>end</c> too.</summary>
    Single,

    /// <summary>One for all.</summary>
    Pipelined,
}

/// <summary>
/// Has pgbench write and read the same rows without the server: bare SQL on tables and indexes of the
/// same migrations, one transaction each.
/// </summary>
internal sealed class Pgbench(Cluster cluster, string scripts, Samples samples)
{
    /// <summary>Ten for each of ten thousand users.</summary>
    public const int ListedSessions = 100_000;

    /// <summary>The sessions that are kept alive and read.</summary>
    public const int KeptSessions = 20_000;

    /// <summary>A number of twelve digits is the last group of a UUID as it stands, so pgbench need not pad it.</summary>
    const long ListedFirst = 100_000_000_000;

    const long KeptFirst = ListedFirst + ListedSessions;

    long unused = KeptFirst + KeptSessions;
    int versions = 1;

    /// <summary>Fills the tables like the server's.</summary>
    public async Task Seed(CancellationToken cancellation)
    {
        await Insert(ListedFirst, ListedSessions, owner: null, cancellation);
        await Insert(KeptFirst, KeptSessions, Caller.Keeper, cancellation);
    }

    /// <summary>Runs an operation and returns its transactions a second.</summary>
    /// <param name="operation">One that has a bare script.</param>
    /// <param name="how">Reads have one statement and are always single.</param>
    /// <param name="clients">How many clients, each with one transaction at a time.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="perSecondMax">How many sessions to delete are prepared for each second.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RanOutException">There were too few sessions to delete.</exception>
    public async Task<double> Run(
        Operation operation, RoundTrips how, int clients, int seconds, int perSecondMax, CancellationToken cancellation)
    {
        var (first, n) = (KeptFirst, -1);
        var ready = 0;
        if (operation == Operation.Create)
        {
            first = unused;
        }
        else if (operation == Operation.KeepAlive)
        {
            n = versions;
        }
        else if (operation == Operation.Delete)
        {
            first = unused;
            ready = perSecondMax * seconds / clients * clients;
            await Insert(first, ready, Caller.Deleter, cancellation);
        }

        await cluster.Checkpoint(cancellation);
        var file = await Write(operation, how, cancellation);
        var output = await ChildProcess.Run(
            Path.Combine(cluster.Programs, "pgbench"),
            ["-n", "-M", "prepared", "-f", file, "-T", Number(seconds), "-c", Number(clients),
                "-j", Number(Math.Min(2, clients)),
                "-D", $"n={Number(n)}", "-D", $"first={Number(first)}",
                "-D", $"clients={Number(clients)}", "-D", $"sessions={Number(KeptSessions)}",
                .. samples.Of(operation).SelectMany(sample => new[] { "-D", $"{sample.Key}={sample.Value}" })],
            cluster.BareEnvironment,
            cancellation);
        if (Reported(output, "failed transactions: ") is { } failed && failed != "0")
            throw new InvalidOperationException($"pgbench: {failed} transactions failed.\n{output}");
        var done = long.Parse(Reported(output, "actually processed: ")!, CultureInfo.InvariantCulture);

        // More than all clients together can have done, so the next run's versions are new.
        versions += 1_000_000;
        if (operation == Operation.Create || operation == Operation.Delete)
            unused = first + Math.Max(ready, (done + 1) * clients);
        if (operation == Operation.Delete && await CountDeleter(first, ready, cancellation) != ready - done)
            throw new RanOutException();

        return double.Parse(Reported(output, "\ntps = ")!, CultureInfo.InvariantCulture);
    }

    async Task<string> Write(Operation operation, RoundTrips how, CancellationToken cancellation)
    {
        var statements = await File.ReadAllTextAsync(
            Path.Combine(scripts, "pgbench", operation.Bare + ".sql"), cancellation);
        var file = Path.Combine(samples.Folder, $"{operation.Bare}-{how}.sql");
        await File.WriteAllTextAsync(file, (operation.Writes, how) switch
        {
            (false, _) => statements,
            (_, RoundTrips.Single) => $"begin;\n{statements}end;\n",
            _ => $"\\startpipeline\n{statements}\\endpipeline\n",
        }, cancellation);
        return file;
    }

    async Task Insert(long first, int count, string? owner, CancellationToken cancellation)
    {
        var sql = await File.ReadAllTextAsync(Path.Combine(scripts, "pgbench", "seed.sql"), cancellation);
        var created = samples.Of(Operation.Create);
        await using var command = cluster.Bare.CreateCommand(sql)
            .With(NpgsqlDbType.Bigint, first)
            .With(NpgsqlDbType.Integer, count)
            .With(NpgsqlDbType.Text, owner)
            .With(NpgsqlDbType.Json, created["snapshot"])
            .With(NpgsqlDbType.Json, created["origin"])
            .With(NpgsqlDbType.Json, created["data"])
            .With(NpgsqlDbType.Json, created["metadata"])
            .With(NpgsqlDbType.Uuid, Guid.Parse(created["item"]));
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How many of a block of sessions are still there.</summary>
    async Task<long> CountDeleter(long first, int count, CancellationToken cancellation)
    {
        await using var command = cluster.Bare.CreateCommand("""
            select count(*) from read_models.session_list
            where owner = $1
              and session_id >= ('01900000-0000-7000-8000-' || $2)::uuid
              and session_id < ('01900000-0000-7000-8000-' || $3)::uuid
            """)
            .With(NpgsqlDbType.Text, Caller.Deleter)
            .With(NpgsqlDbType.Bigint, first)
            .With(NpgsqlDbType.Bigint, first + count);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number after these words in pgbench's report, or null without them.</summary>
    static string? Reported(string output, string words)
    {
        var at = output.IndexOf(words, StringComparison.Ordinal);
        return at < 0
            ? null
            : new string([.. output.Skip(at + words.Length).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
    }
}
