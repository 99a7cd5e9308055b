namespace Sessions.Storage.Local;

/// <summary>PostgreSQL's programs are not on this machine.</summary>
public sealed class PostgresMissingException : Exception
{
    /// <summary>Says what to install.</summary>
    public PostgresMissingException(string message)
        : base(message)
    {
    }
}
