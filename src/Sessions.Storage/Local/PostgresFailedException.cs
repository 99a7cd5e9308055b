namespace Sessions.Storage.Local;

/// <summary>One of PostgreSQL's programs has failed, for example because a disk is full.</summary>
public sealed class PostgresFailedException : Exception
{
    /// <summary>Says which program failed, and with what output.</summary>
    public PostgresFailedException(string message)
        : base(message)
    {
    }
}
