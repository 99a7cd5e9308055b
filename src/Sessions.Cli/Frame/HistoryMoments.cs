using Sessions.Projections.History;

namespace Sessions.Cli.Frame;

internal static class HistoryMoments
{
    /// <summary>The state at a moment.</summary>
    /// <exception cref="CommandException">The session has no such version, or its events are damaged.</exception>
    public static PastState After(this SessionHistory history, Moment moment)
    {
        var past = history.At(moment);
        return !past.IsReached
            ? throw new CommandException(
                ExitCode.No, $"Session {history.Address.Id} has {past.Newest} events and no version {((Moment.Version)moment).Number}.")
            : past.Fault is { } fault
            ? throw new CommandException(
                ExitCode.No, $"The record of session {history.Address.Id} is damaged, so its state at that moment is unknown: "
                + $"{fault.TrimEnd('.')}. 'sessions history' shows what is left.")
            : past;
    }
}
