namespace Sessions.Storage.Local;

/// <summary>One of PostgreSQL's programs has failed, as where a disk is full.</summary>
public sealed class PostgresFailedException : Exception
{
    /// <summary>Says which, and what it said.</summary>
    public PostgresFailedException(string message)
        : base(message)
    {
    }
}
