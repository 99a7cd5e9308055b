namespace Sessions.Storage.Commands;

/// <summary>
/// Other writers were first at every retry, until the command was given up. It has not been and will not be carried out.
/// </summary>
public sealed class ConcurrentChangeException : Exception
{
    /// <summary>An exception with its reason.</summary>
    public ConcurrentChangeException(Exception inner)
        : base("Other writers changed the session at each attempt.", inner)
    {
    }
}
