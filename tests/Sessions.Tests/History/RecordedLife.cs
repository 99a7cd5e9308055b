using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Tests.History;

/// <summary>
/// A session's life as a server records it, at times that the test chooses. The store's own <see cref="StreamChange"/>
/// decides, without a database.
/// </summary>
sealed class RecordedLife(LeasePolicy policy)
{
    readonly StreamChange stream = StreamChange.New(NodeSentences.NewAddress());

    public List<LoggedEvent> Events { get; } = [];

    public Session Session => stream.Session;

    public Decision Send(SessionCommand command, DateTimeOffset at)
    {
        var decision = stream.Decide(command, Guid.CreateVersion7(), ProvenanceOf(command), at, policy);
        foreach (var added in stream.Events.Skip(Events.Count))
            Record(added.Event, added.CommandId, added.By);
        return decision;
    }

    /// <summary>Records an event that other rules may once have decided.</summary>
    public void Record(SessionEvent happened) => Record(happened, Guid.CreateVersion7(), new Provenance("api", "ana"));

    void Record(SessionEvent happened, Guid commandId, Provenance by)
    {
        var (type, data) = EventJson.Write(happened);
        Events.Add(new LoggedEvent(
            new LogPosition(1, 1, Events.Count + 1), stream.Address, Events.Count + 1, happened.At, commandId, type.Name, type.Schema,
            data, by.ToJson()));
    }

    static Provenance ProvenanceOf(SessionCommand command) => command switch
    {
        Expire or Purge => new Provenance("schedule"),
        Touch or RecordTransfer => new Provenance("data get", "ana"),
        KeepAlive => new Provenance("rest keep_alive", "ana"),
        _ => new Provenance("api " + command.GetType().Name.ToLowerInvariant(), "ana"),
    };
}

/// <summary>A random life, the same for the same seed, with a schedule that is late by up to two seconds.</summary>
sealed class RandomLives(LeasePolicy policy, int seed)
{
    static readonly DateTimeOffset Noon = new(2031, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly Random random = new(seed);

    public List<LoggedEvent> Play()
    {
        var life = new RecordedLife(policy);
        var now = Noon;
        life.Send(new Create(NodeSentences.Item, random.Next(2) == 0 ? Guid.CreateVersion7() : null), now);
        for (var step = 0; step < 40 && life.Session is Session.Living; step++)
        {
            var next = now + Wait();
            while (DueMessage.Of(life.Session, policy) is { } due && due.At + Lateness() is var wakes && wakes < next)
                life.Send(DueMessage.CommandOf(due.Kind), now = Later(now, wakes));
            life.Send(Command(), now = Later(now, next));
        }

        return life.Events;
    }

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    TimeSpan Wait() => random.Next(10) switch
    {
        < 6 => TimeSpan.FromSeconds(random.Next(40)),
        < 9 => TimeSpan.FromSeconds(random.Next(400)),
        _ => TimeSpan.FromMinutes(random.Next(40)),
    };

    TimeSpan Lateness() => TimeSpan.FromMilliseconds(random.Next(2000));

    SessionCommand Command() => random.Next(20) switch
    {
        < 5 => new KeepAlive(random.Next(3) == 0 ? random.Next(101) : null),
        < 9 => new Touch(),
        < 11 => new PrepareFile(NodeSentences.Item.Files[random.Next(2)].Name),
        < 18 => new RecordTransfer(
            Guid.CreateVersion7(), NodeSentences.Item.Files[random.Next(2)].Name, new ByteRange(0, random.Next(2) * 1024),
            (TransferStep)random.Next(3), TimeSpan.FromSeconds(1)),
        18 => random.Next(2) == 0 ? new Cancel() : new Fail("disk full"),
        _ => random.Next(3) == 0 ? new Delete() : new Touch(),
    };
}
