namespace Sessions.Storage.Log;

/// <summary>An event in the log cannot be read: it is damaged, or a newer version of this program wrote it.</summary>
public sealed class UnreadableEventException : Exception
{
    internal UnreadableEventException(LoggedEvent logged, Exception why)
        : base($"Version {logged.Version} of session {logged.Address.Id} of {logged.Address.Owner}, {logged.Position}, cannot be read: {why.Message}", why) =>
        IsNewer = EventJson.Current.IsNewer(logged.Type, logged.Schema);

    /// <summary>Whether a newer version of this program seems to have written it, and can read it.</summary>
    public bool IsNewer { get; }

    /// <summary>Why it cannot be read.</summary>
    public string Why => InnerException!.Message;
}
