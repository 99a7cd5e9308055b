using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Domain;
using Sessions.Projections.Audit;
using Sessions.Projections.Following;
using Sessions.Storage;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;
using Sessions.Tests.Record;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.Projections;

/// <summary>Short forms that tests of the audit trail share.</summary>
static class AuditSentences
{
    static readonly string[] Users = ["ana", "bo", "cy"];

    static readonly string[] Addresses = ["192.0.2.7", "192.0.2.8", "2001:db8::1"];

    public static ProjectionRunner Runner(this Node node) =>
        new(node.Database, [new AuditTrail(), new Activity()], NullLogger<ProjectionRunner>.Instance);

    public static AuditQueries Audit(this Node node) => new(Database.OpenForQuestions(node.ConnectionString));

    /// <summary>Runs the followers until they have the whole log.</summary>
    public static Task Follow(this Node node) => node.Lead(new AuditTrail(), new Activity());

    /// <summary>
    /// Users create, fetch, end and delete sessions, each other's too, from several addresses and in several traces; a
    /// schedule expires and purges.
    /// </summary>
    public static async Task LiveAtRandom(this Node node, int seed, int steps = 150)
    {
        await using var lapsing = new Node(node.ConnectionString, StoreSentences.OverAtOnce);
        var random = new Random(seed);
        var addresses = new List<SessionAddress>();
        for (var step = 0; step < steps; step++)
        {
            var user = Users[random.Next(Users.Length)];
            var by = new Provenance("test", user, Address: random.Next(5) == 0 ? null : Addresses[random.Next(Addresses.Length)],
                TraceParent: random.Next(3) == 0 ? $"00-{random.Next(4):x32}-00000000000000{random.Next(16, 256):x2}-01" : null);
            var where = random.Next(4) == 0 ? lapsing : node;
            if (addresses.Count == 0 || random.Next(3) == 0)
            {
                addresses.Add(NodeSentences.NewAddress(user));
                await where.Commands.Submit(
                    addresses[^1], new Create(random.Next(2) == 0 ? NodeSentences.Item : StoreSentences.AnotherItem), by, CancellationToken.None);
            }

            SessionCommand command = random.Next(8) switch
            {
                0 => new Cancel(),
                1 => new Fail("disk full"),
                2 => new Delete(),
                3 => new PrepareFile("disk.bin", EndpointType.Https),
                _ => new KeepAlive(random.Next(101)),
            };
            await where.Commands.Submit(addresses[random.Next(addresses.Count)], command, by, CancellationToken.None);
            if (random.Next(10) == 0)
                await lapsing.Schedule.RunOnce(CancellationToken.None);
        }
    }

    /// <summary>The whole log as the audit should show it, oldest first: without any index, filter or page.</summary>
    public static async Task<List<AuditEvent>> ReadWholeLog(this Node node)
    {
        await node.LogShouldBeReadable();
        var events = await node.CopyLog();
        var items = events.Where(logged => logged.Version == 1)
            .ToDictionary(logged => logged.Address, logged => ((SessionEvent.SessionCreated)logged.Event).Item.ItemId);
        return
        [
            .. events.Select((logged, index) => AuditEvent.Of(new NumberedEvent(index + 1, logged, items[logged.Address])))
                .OrderBy(one => one.At).ThenBy(one => one.Number),
        ];
    }

    /// <summary>Whether an event matches the filter, in the plainest form.</summary>
    public static bool Fits(this AuditFilter filter, AuditEvent one) =>
        (filter.Owner is null || one.Owner == filter.Owner)
        && (filter.Actor is null || one.Actor == filter.Actor)
        && (filter.Session is null || one.Session == filter.Session)
        && (filter.Item is null || one.Item == filter.Item)
        && (filter.Type is null || one.Type == filter.Type)
        && (filter.Reason is null || one.Reason == filter.Reason)
        && (filter.Address is null || one.Address == filter.Address)
        && (filter.Trace is null || one.TraceParent?.Contains($"-{filter.Trace:N}-", StringComparison.Ordinal) == true)
        && (filter.From is null || one.At >= filter.From)
        && (filter.To is null || one.At < filter.To);

    /// <summary>All events that match, page after page.</summary>
    public static async Task<List<AuditEvent>> ReadPages(
        this AuditQueries audit, AuditFilter filter, AuditOrder order, int limit, Func<Task>? between = null)
    {
        var (events, after) = (new List<AuditEvent>(), (AuditCursor?)null);
        while (true)
        {
            var page = await audit.Page(filter, order, after, limit, CancellationToken.None);
            page.Events.Count.ShouldBeLessThanOrEqualTo(limit);
            events.AddRange(page.Events);
            if (page.NextCursor is null)
                return events;
            page.Events.Count.ShouldBe(limit);
            AuditCursor.TryParse(page.NextCursor, out var next).ShouldBeTrue();
            after = next;
            if (between is not null)
                await between();
        }
    }
}
