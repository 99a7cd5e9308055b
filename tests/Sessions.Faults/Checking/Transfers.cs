using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionCommand;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Faults.Checking;

/// <summary>What is on record about the bytes that were sent.</summary>
static class Transfers
{
    public static IEnumerable<string> OutOfOrder(Facts facts) =>
        from stream in facts.Streams.Values
        from transfer in stream.Events.Select(recorded => StepOf(recorded.Event)).OfType<RecordTransfer>().GroupBy(step => step.TransferId)
        let steps = transfer.ToArray()
        where steps is not [{ Step: TransferStep.Started }]
            && !(steps is [{ Step: TransferStep.Started } start, { Step: not TransferStep.Started } end] && Follows(start, end))
        select $"{stream.Address.Id}: {string.Join(", ", steps.Select(step => $"{step.Step} {step.FileName} {step.Range}"))}";

    /// <summary>
    /// Any end will do, even an abort at the last bytes: if the connection closes right after them, the node cannot
    /// know that its client has them. It may come after the session's own end.
    /// </summary>
    public static IEnumerable<string> WithoutEnd(Facts facts) =>
        from operation in facts.Run.Operations
        where operation.Answer is Answer.Fetched && operation.Start >= facts.Run.KeepsEndsFrom
        from started in facts.CommitsOf[operation.TraceId]
        where !facts.BesidesOf[operation.TraceId].Any(besides =>
                besides.Commit.Events.Any(recorded => recorded.Event is FileTransferred or TransferAborted))
        select $"{operation}";

    public static IEnumerable<string> OfOtherBytes(Facts facts) =>
        from operation in facts.Run.Operations
        let asked = operation.Asked as Asked.Fetch
        let fetched = operation.Answer as Answer.Fetched
        where asked is not null && fetched is not null
        from commit in facts.CommitsOf[operation.TraceId]
        let started = commit.Commit.Events.Select(recorded => StepOf(recorded.Event)).OfType<RecordTransfer>().FirstOrDefault()
        where fetched.Sha256 != asked.Sha256 || started?.Range != WholeOf(commit.Stream, asked.FileName)
        select $"{operation}: {started?.Range} is on record";

    /// <summary>The step of a transfer that an event is, or null for all other events.</summary>
    public static RecordTransfer? StepOf(SessionEvent @event) => @event switch
    {
        TransferStarted e => new RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Started),
        FileTransferred e => new RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Finished, e.Duration),
        TransferAborted e => new RecordTransfer(e.TransferId, e.FileName, e.Range, TransferStep.Aborted, e.Duration),
        _ => null,
    };

    static bool Follows(RecordTransfer start, RecordTransfer end) =>
        end.FileName == start.FileName
        && end.Range.Start == start.Range.Start
        && (end.Step == TransferStep.Finished ? end.Range.End == start.Range.End : end.Range.End < start.Range.End);

    /// <summary>All bytes of a file; null if the log does not show the session's item.</summary>
    static ByteRange? WholeOf(StreamHistory stream, string fileName) =>
        stream.States.OfType<Session.Living>().FirstOrDefault()?.Origin.Item.File(fileName) is { } file
            ? new ByteRange(0, file.Size)
            : null;
}
