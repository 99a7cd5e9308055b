using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// Spoiled requests, the same in every run. Each gets an answer in the dialect's form, none causes an error of the
/// server, and none that is refused changes anything.
/// </summary>
public sealed class FuzzTests(LoggedApp app) : IClassFixture<LoggedApp>
{
    /// <summary>Sets a higher number of requests, for a longer run.</summary>
    const string Variable = "SESSIONS_FUZZ";

    const int RequestsOfDialect = 4200;
    const int Batch = 1000;

    /// <summary>Each login costs a password hash, which is slow on purpose.</summary>
    const int LoginsOfDialect = 200;

    /// <summary>Each request that is not refused is a transfer.</summary>
    const int RequestsOfData = 1500;

    [Theory]
    [InlineData("modern")]
    [InlineData("rest")]
    [InlineData("2014-json")]
    [InlineData("2014-xml")]
    [InlineData("json-rpc")]
    public async Task No_request_confuses_the_server(string dialect)
    {
        using var ana = await app.ClientOf("ana");
        using var other = await app.ClientOf("ana");
        var run = new Run(app.Url, dialect, FuzzCorpus.Of(dialect), FuzzRequest.Any);

        var count = await Spoil(run, RequestsOfDialect, () => FuzzCorpus.Prepare(app, ana.Token(), other.Token()));

        (await ana.GetAsync(Paths.Sessions)).EnsureSuccessStatusCode();
        // Otherwise the test would prove nothing: enough requests were spoiled, and enough were not.
        run.Changed.Count.ShouldBeGreaterThan(count / 100);
        run.Refused.Count.ShouldBeInRange(count / 4, count * 19 / 20);
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("rest")]
    [InlineData("2014-json")]
    [InlineData("2014-xml")]
    [InlineData("json-rpc")]
    public async Task No_login_of_a_stranger_confuses_the_server(string dialect)
    {
        using var ana = await app.ClientOf("ana");
        var run = new Run(app.Url, dialect, FuzzCorpus.LoginsOf(dialect), FuzzRequest.Any);

        var count = await Spoil(run, LoginsOfDialect, () => FuzzCorpus.Prepare(app, ana.Token(), ana.Token()));

        run.Changed.ShouldBeEmpty();
        run.Refused.Count.ShouldBe(count);
    }

    [Fact]
    public async Task No_request_for_data_confuses_the_server()
    {
        var run = new Run(app.Url, FuzzCorpus.Data, FuzzCorpus.OfData, FuzzRequest.AnyOfData);

        var count = await Spoil(run, RequestsOfData, () => FuzzCorpus.PrepareLinks(app));

        run.Changed.Count.ShouldBeGreaterThan(count / 10);
        run.Refused.Count.ShouldBeInRange(count / 10, count * 9 / 10);
    }

    /// <summary>Sends the usual number of requests, or more in a longer run; returns how many.</summary>
    async Task<int> Spoil(Run run, int usual, Func<Task<FuzzCorpus>> prepare)
    {
        var logins = await app.Ask<long>("select count(*) from access.api_sessions");
        var count = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var more)
            ? (int)((long)more * usual / RequestsOfDialect)
            : usual;
        for (var first = 0; first < count; first += Batch)
        {
            // Each batch has its own seed and its own sessions, so that a long run needs no more memory and its
            // sessions still live.
            var corpus = await prepare();
            var seed = new Rnd(20260101, (ulong)(2 * first) + 1);
            var requests = Gen.Sample(run.Requests, Math.Min(Batch, count - first), seed, 30);
            await Parallel.ForEachAsync(
                requests.Index(), new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (one, _) => await run.Send(corpus, one.Item, first + one.Index));
        }

        string.Join("\n\n", run.Wrong.Take(5)).ShouldBeEmpty();
        app.Logs!.Of(LogLevel.Error).ShouldBeEmpty();
        (await app.Ask<long>("select count(*) from access.api_sessions")).ShouldBeLessThanOrEqualTo(logins);
        run.Changed = await ChangingRequests(run.Mark);
        run.Changed.Intersect(run.Refused.Keys).ShouldBeEmpty("they were refused, and changed something");
        return count;
    }

    /// <summary>The trace parents of a run's requests that left an event in the record.</summary>
    async Task<HashSet<string>> ChangingRequests(string mark)
    {
        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            select distinct metadata ->> 'traceParent'
            from event_store.events
            where metadata ->> 'traceParent' like '%-{mark}-01'
            """,
            connection);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
            found.Add(rows.GetString(0));
        return found;
    }

    /// <summary>The requests of one dialect, or for data, and their results.</summary>
    sealed class Run(Uri server, string dialect, Exchange[] exchanges, Gen<FuzzRequest> requests)
    {
        public Gen<FuzzRequest> Requests => requests;

        /// <summary>The part that all trace parents of this run share.</summary>
        public string Mark { get; } = Guid.CreateVersion7().ToString("N")[^16..];

        public ConcurrentQueue<string> Wrong { get; } = new();

        public ConcurrentDictionary<string, bool> Refused { get; } = new(StringComparer.Ordinal);

        /// <summary>The requests that left an event.</summary>
        public HashSet<string> Changed { get; set; } = [];

        public async Task Send(FuzzCorpus corpus, FuzzRequest made, int number)
        {
            var traceParent = $"00-{number:x32}-{Mark}-01";
            var request = made.Spoil(exchanges[made.Which % exchanges.Length], corpus.At(made.Session), traceParent);
            try
            {
                var answer = await RawHttp.Send(server, request);
                var isRefusal = dialect == FuzzCorpus.Data
                    ? FuzzAnswer.IsRefusalOfData(answer, isHead: request.AsSpan().StartsWith("HEAD "u8))
                    : FuzzAnswer.IsRefusal(answer, dialect, made.Path.Length > 0);
                if (isRefusal)
                    Refused[traceParent] = true;
            }
            catch (Exception unexpected)
            {
                Wrong.Enqueue($"{Encoding.UTF8.GetString(request)}\n=> {unexpected.Message}");
            }
        }
    }
}
