using System.Net.Sockets;
using Npgsql;

namespace Sessions.Storage;

/// <summary>
/// How a transaction ended, as far as its sender knows. It is durable, or nothing of it is there, or
/// (and this is not the same) nobody can tell.
/// </summary>
enum Ending
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>Nothing of it is there: another writer was first. Decided again, it may well succeed.</summary>
    Overtaken,

    /// <summary>Nothing of it is there: somebody else held what it needs for longer than it may wait.</summary>
    HeldUp,

    /// <summary>Nothing of it is there: the database said no.</summary>
    RolledBack,

    /// <summary>Nothing of it is there: it was never sent, or the database takes no writes now.</summary>
    Unreachable,

    /// <summary>
    /// The connection broke first: it may be there, or may yet come. Or it is there, and no standby may have it yet.
    /// </summary>
    Unknown,
}

/// <summary>Tells a database that says no from one that cannot be heard.</summary>
public static class Failure
{
    /// <summary>How a transaction ended that failed so.</summary>
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
        // It can run out while the answer is read as well.
        OutOfMemoryException when isSent => Ending.Unknown,
        _ when IsOfDatabase(error) => isSent ? Ending.Unknown : Ending.Unreachable,
        // What cannot be put into statements never reached the end of the pipeline, its commit.
        _ => Ending.RolledBack,
    };

    /// <summary>Whether somebody else held what it needs for longer than may be waited for.</summary>
    public static bool IsHeldUp(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>
    /// Whether the connection or the database as a whole, and not what was asked, failed: nobody's
    /// command or message is to blame. FATAL means that the session ended, so what became of its
    /// transaction is not known.
    /// </summary>
    public static bool IsOfDatabase(Exception error) => error switch
    {
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => true,
        PostgresException said => TakesNothing(said),
        NpgsqlException or IOException or TimeoutException or ObjectDisposedException or SocketException => true,
        _ => false,
    };

    /// <summary>The same, of failures that none but a database has: a client or a file can break off too.</summary>
    public static bool IsOfConnection(Exception error) => error is NpgsqlException && IsOfDatabase(error);

    /// <summary>
    /// What a log is to keep of a failure: where it came from, but nothing of a database that is away. That is nobody's mistake
    /// in here, comes again until it is back, and what it says is enough.
    /// </summary>
    public static (Exception? Trace, string Reason) ToLog(Exception error)
    {
        // The failure names the host, and what caused it why.
        var cause = error.GetBaseException();
        return (
            error is StoreUnavailableException || IsOfConnection(error) ? null : error,
            ReferenceEquals(cause, error) ? error.Message : $"{error.Message} ({cause.Message})");
    }

    /// <summary>
    /// Whether it said no because it takes no writes now: it is a standby, its disk or its memory is
    /// full (class 53), or its disk fails (class 58).
    /// </summary>
    static bool TakesNothing(PostgresException said) =>
        said.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or ['5', '3' or '8', ..];
}
