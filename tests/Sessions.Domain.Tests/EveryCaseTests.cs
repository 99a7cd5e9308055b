using System.Reflection;

namespace Sessions.Domain.Tests;

/// <summary>
/// Every command and every event meets every state. The tables hold the results, so a row of the rules
/// that is changed, deleted or widened shows here, beside all the others.
/// </summary>
public class EveryCaseTests
{
    static readonly DateTimeOffset Now = Noon.AddMinutes(1);
    static readonly DateTimeOffset RetentionEnds = Noon + Policy.Retention;

    static readonly SessionEvent[] Begun =
        [Created(Token), new FilePrepared(Descriptor.Name, EndpointType.Https)];

    static readonly Session[] States =
    [
        Given().Session,
        Given(Begun).Session,
        Given([.. Begun, new SessionCanceled()]).Session,
        Given([.. Begun, new SessionDeleted(DeletionReason.Requested, Ana)]).Session,
    ];

    const int SessionsMax = 3;

    static readonly LeasePolicy Limited = Policy with { MaxSessionsPerUser = SessionsMax };

    static readonly Case[] Commands =
    [
        new("Create", new Create(Item), Now),
        new("Create, no item", new Create(Item.ItemId, Item: null, Token), Now),
        new("Create, one too many", new Create(Item), Now, OwnerSessions: SessionsMax),
        new("Create, the same", new Create(Item, Token), Now),
        new("Create, another item", new Create(AnotherItem, Token), Now),
        new("KeepAlive", new KeepAlive(Progress: 40), Now),
        new("KeepAlive, 101", new KeepAlive(Progress: 101), Now),
        new("Cancel", new Cancel(), Now),
        new("Fail", new Fail("disk full"), Now),
        new("Fail, too long", new Fail(new string('x', Fail.MessageMax + 1)), Now),
        new("PrepareFile", new PrepareFile(Disk.Name), Now),
        new("PrepareFile, again", new PrepareFile(Descriptor.Name), Now),
        new("PrepareFile, direct", new PrepareFile(Disk.Name, EndpointType.Direct), Now),
        new("PrepareFile, unknown", new PrepareFile("other.iso"), Now),
        new("Touch", new Touch(), Now),
        new("Transfer started", DiskTransfer(TransferStep.Started), Now),
        new("Transfer finished", DiskTransfer(TransferStep.Finished), Now),
        new("Transfer aborted", DiskTransfer(TransferStep.Aborted), Now),
        new("Transfer, unknown", DiskTransfer(TransferStep.Finished) with { FileName = "other.iso" }, Now),
        new("Delete", new Delete(), Now),
        new("Expire, a tick early", new Expire(), LeaseEnds - Tick),
        new("Expire", new Expire(), LeaseEnds),
        new("Purge, a tick early", new Purge(), RetentionEnds - Tick),
        new("Purge", new Purge(), RetentionEnds),
    ];

    const string Decisions = """
        Command              | NotCreated      | Active                             | Ended              | Deleted
        Create               | SessionCreated  | AlreadyExists                      | AlreadyExists      | AlreadyExists
        Create, no item      | UnknownItem     | nothing                            | nothing            | AlreadyExists
        Create, one too many | TooManySessions | AlreadyExists                      | AlreadyExists      | AlreadyExists
        Create, the same     | SessionCreated  | nothing                            | nothing            | AlreadyExists
        Create, another item | SessionCreated  | ClientTokenReused                  | ClientTokenReused  | AlreadyExists
        KeepAlive            | NotFound        | SessionKeptAlive                   | NotActive          | NotFound
        KeepAlive, 101       | NotFound        | ProgressOutOfRange                 | ProgressOutOfRange | NotFound
        Cancel               | NotFound        | SessionCanceled                    | NotActive          | NotFound
        Fail                 | NotFound        | SessionFailed                      | NotActive          | NotFound
        Fail, too long       | NotFound        | MessageTooLong                     | MessageTooLong     | NotFound
        PrepareFile          | NotFound        | FilePrepared + SessionKeptAlive    | NotActive          | NotFound
        PrepareFile, again   | NotFound        | SessionKeptAlive                   | NotActive          | NotFound
        PrepareFile, direct  | NotFound        | DirectNotAllowed                   | NotActive          | NotFound
        PrepareFile, unknown | NotFound        | UnknownFile                        | NotActive          | NotFound
        Touch                | NotFound        | SessionKeptAlive                   | NotActive          | NotFound
        Transfer started     | NotFound        | TransferStarted + SessionKeptAlive | NotActive          | NotFound
        Transfer finished    | NotFound        | FileTransferred + SessionKeptAlive | FileTransferred    | FileTransferred
        Transfer aborted     | NotFound        | TransferAborted + SessionKeptAlive | TransferAborted    | TransferAborted
        Transfer, unknown    | NotFound        | UnknownFile                        | UnknownFile        | FileTransferred
        Delete               | NotFound        | SessionDeleted                     | SessionDeleted     | NotFound
        Expire, a tick early | nothing         | nothing                            | nothing            | nothing
        Expire               | nothing         | SessionExpired                     | nothing            | nothing
        Purge, a tick early  | nothing         | nothing                            | nothing            | nothing
        Purge                | nothing         | nothing                            | SessionDeleted     | nothing
        """;

    static readonly SessionEvent[] Events =
    [
        Created() with { Owner = Root },
        new SessionKeptAlive(LeaseEnds + Slack),
        new FilePrepared(Disk.Name, EndpointType.Https),
        new TransferStarted(Transfer, Disk.Name, new ByteRange(0, Disk.Size)),
        Whole(Disk),
        new TransferAborted(Transfer, Disk.Name, new ByteRange(0, 5), TimeSpan.Zero),
        new SessionCanceled(),
        new SessionFailed("disk full"),
        new SessionExpired(ExpiryReason.Idle, Noon),
        new SessionDeleted(DeletionReason.Retention),
    ];

    const string Evolutions = """
        Event            | NotCreated | Active  | Ended    | Deleted
        SessionCreated   | Active     | Active  | Active   | Active
        SessionKeptAlive | the same   | Active  | the same | the same
        FilePrepared     | the same   | Active  | the same | the same
        TransferStarted  | the same   | Active  | the same | the same
        FileTransferred  | the same   | Active  | Ended    | the same
        TransferAborted  | the same   | Active  | Ended    | the same
        SessionCanceled  | the same   | Ended   | the same | the same
        SessionFailed    | the same   | Ended   | the same | the same
        SessionExpired   | the same   | Ended   | the same | the same
        SessionDeleted   | the same   | Deleted | Deleted  | the same
        """;

    [Fact]
    public void Every_command_in_every_state_leads_to_what_the_table_says() =>
        TableShouldBe(Decisions, "Command", Commands.Select(c =>
            (c.Row, States.Select(state => Outcome(state, c)))));

    [Fact]
    public void Every_event_in_every_state_leads_to_what_the_table_says() =>
        TableShouldBe(Evolutions, "Event", Events.Select(e =>
            (e.GetType().Name, States.Select(state => Outcome(state, e with { At = Now })))));

    [Fact]
    public void Every_command_has_a_row() =>
        MissingFrom(Commands.Select(c => c.Command), typeof(SessionCommand))
            .ShouldBeEmpty("Add a sample to Commands and its row to Decisions.");

    [Fact]
    public void Every_step_of_a_transfer_has_a_row() =>
        Enum.GetValues<TransferStep>()
            .Except(Commands.Select(c => c.Command).OfType<RecordTransfer>().Select(c => c.Step))
            .ShouldBeEmpty("Add a sample to Commands and its row to Decisions.");

    [Fact]
    public void Every_event_has_a_row() =>
        MissingFrom(Events, typeof(SessionEvent))
            .ShouldBeEmpty("Add a sample to Events and its row to Evolutions.");

    [Fact]
    public void Every_state_has_a_column() =>
        MissingFrom(States, typeof(Session))
            .ShouldBeEmpty("Add a sample to States and its column to Decisions and Evolutions.");

    [Fact]
    public void Every_refusal_is_reached() =>
        Enum.GetNames<Refusal>().Where(name => !Decisions.Contains(name, StringComparison.Ordinal))
            .ShouldBeEmpty("Add a sample to Commands that is refused so, and its row to Decisions.");

    /// <summary>A sample of a command, when it comes, and how many sessions its owner has by then.</summary>
    sealed record Case(string Row, SessionCommand Command, DateTimeOffset At, int OwnerSessions = 0);

    static IEnumerable<string> MissingFrom(IEnumerable<object> samples, Type union) => union
        .GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
        .Where(type => !type.IsAbstract && type.IsAssignableTo(union))
        .Except(samples.Select(sample => sample.GetType()))
        .Select(type => type.Name);

    static string Outcome(Session state, Case sample)
    {
        var context = new DecisionContext(sample.At, Limited, Ana, Ana, MayReadStorage: false)
        {
            OwnerSessions = sample.OwnerSessions,
        };
        return SessionDecider.Decide(state, sample.Command, context) switch
        {
            Decision.Accepted { Events: [] } => "nothing",
            Decision.Accepted { Events: var events } =>
                string.Join(" + ", events.Select(e => e.GetType().Name)),
            Decision.Refused { Reason: var reason } => reason.ToString(),
            var other => other.ToString(),
        };
    }

    static string Outcome(Session state, SessionEvent @event)
    {
        var next = Session.Evolve(state, @event);
        return next == state ? "the same" : next.GetType().Name;
    }

    /// <summary>Prints the actual table, columns as wide as their widest cells; shows what differs.</summary>
    static void TableShouldBe(
        string expected, string corner, IEnumerable<(string Name, IEnumerable<string> Cells)> rows)
    {
        string[][] lines =
        [
            [corner, .. States.Select(state => state.GetType().Name)],
            .. rows.Select(row => (string[])[row.Name, .. row.Cells]),
        ];
        var widths = lines[0].Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        var actual = lines
            .Select(line => string.Join(" | ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd())
            .ToArray();

        actual.Except(expected.Split('\n')).ShouldBeEmpty("This is so, and the table does not say it.");
        expected.Split('\n').Except(actual).ShouldBeEmpty("The table says this, and it is not so.");
    }
}
