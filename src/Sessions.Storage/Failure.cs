using System.Net.Sockets;
using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// How a transaction ended, as far as its sender knows. It is durable, or nothing of it is there, or (and this is not the
/// same) its outcome is unknown.
/// </summary>
enum Ending
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>Nothing of it is there: another writer was first. Decided again, it may well succeed.</summary>
    Overtaken,

    /// <summary>
    /// Nothing of it is there: another transaction held a lock that it needs for longer than it may wait.
    /// </summary>
    HeldUp,

    /// <summary>Nothing of it is there: the database rejected it.</summary>
    RolledBack,

    /// <summary>Nothing of it is there: it was never sent, or the database takes no writes now.</summary>
    Unreachable,

    /// <summary>
    /// The connection broke before the answer: it may have committed, or may yet commit. Or it has committed, and perhaps
    /// no standby has it yet.
    /// </summary>
    Unknown,
}

/// <summary>Tells a database that rejects a request from one that cannot be reached.</summary>
public static class Failure
{
    /// <summary>How a transaction ended that failed with this error.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="isSent">Whether its statements, and with them its commit, may have been sent.</param>
    internal static Ending EndingOf(Exception error, bool isSent) => error switch
    {
        PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
        } => Ending.Overtaken,
        _ when IsHeldUp(error) => Ending.HeldUp,
        PostgresException { InvariantSeverity: "ERROR" } said when TakesNothing(said) => Ending.Unreachable,
        // Memory can run out while the answer is read as well.
        OutOfMemoryException when isSent => Ending.Unknown,
        _ when IsOfDatabase(error) => isSent ? Ending.Unknown : Ending.Unreachable,
        // PostgreSQL rejected it, or a value could not be written, and the pipeline never reached its commit.
        _ => Ending.RolledBack,
    };

    /// <summary>Whether another transaction held a lock for longer than this one may wait.</summary>
    public static bool IsHeldUp(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>
    /// Whether the connection or the database as a whole failed, and not the request: no command or message is to blame.
    /// FATAL means that the database session ended, so the outcome of its transaction is unknown.
    /// </summary>
    public static bool IsOfDatabase(Exception error) => error switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => true,
        PostgresException said => TakesNothing(said),
        NpgsqlException or IOException or TimeoutException or ObjectDisposedException or SocketException => true,
        _ => false,
    };

    /// <summary>The same, but only for a database's own errors: a client or a file can break off too.</summary>
    public static bool IsOfConnection(Exception error) => error is NpgsqlException && IsOfDatabase(error);

    /// <summary>
    /// What to log of a failure: its stack trace, unless the database is away. That is no fault of this program and comes
    /// again until the database is back, so the message is enough.
    /// </summary>
    public static (Exception? Trace, string Reason) ToLog(Exception error)
    {
        // The failure names the host, and its innermost cause the reason.
        var cause = error.GetBaseException();
        return (
            error is StoreUnavailableException || IsOfConnection(error) ? null : error,
            ReferenceEquals(cause, error) ? error.Message : $"{error.Message} ({cause.Message})");
    }

    /// <summary>
    /// Whether the database rejected the request because it takes no writes now: it is a standby, its disk or its memory
    /// is full (class 53), or its disk fails (class 58).
    /// </summary>
    static bool TakesNothing(PostgresException said) =>
        said.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or ['5', '3' or '8', ..];
}
