namespace Sessions.Storage;

/// <summary>
/// The store cannot be reached, has too much to do, or cannot get at a session that another transaction holds. Unless
/// <see cref="OutcomeUnknown"/>, the command has not been and will not be carried out.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>An exception with its reason.</summary>
    public StoreUnavailableException(string message, bool outcomeUnknown, Exception? inner = null)
        : base(message, inner) => OutcomeUnknown = outcomeUnknown;

    /// <summary>Whether the command may have been carried out all the same.</summary>
    public bool OutcomeUnknown { get; }
}
