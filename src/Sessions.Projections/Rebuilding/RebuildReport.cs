namespace Sessions.Projections.Rebuilding;

/// <summary>How far a rebuild is.</summary>
/// <param name="Step">What it does: <c>reading the log</c>, <c>indexes</c>, <c>comparing</c>, <c>swapping</c>.</param>
/// <param name="Events">Events read so far.</param>
/// <param name="Total">Events in the log when it began; more may have come since.</param>
/// <param name="Elapsed">How long it has run.</param>
public sealed record RebuildProgress(string Step, long Events, long Total, TimeSpan Elapsed)
{
    /// <summary>Events a second, so far.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Events / Elapsed.TotalSeconds : 0;

    /// <summary>How long reading will go on at this rate; null while nobody can tell.</summary>
    public TimeSpan? Left => Rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, Total - Events) / Rate) : null;
}

/// <summary>What the live read model had that its rebuild has not, or the other way: drift, now repaired.</summary>
/// <param name="Missing">Rows that the live one lacked.</param>
/// <param name="Unfounded">Rows that the live one had and the log does not tell of.</param>
/// <param name="Different">Rows that said something else.</param>
/// <param name="First">One of them, as PostgreSQL writes a row; null if there is none.</param>
public sealed record RebuildDifferences(long Missing, long Unfounded, long Different, string? First)
{
    /// <summary>None.</summary>
    public static RebuildDifferences None { get; } = new(0, 0, 0, First: null);

    /// <summary>These and others.</summary>
    public RebuildDifferences And(RebuildDifferences others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new(Missing + others.Missing, Unfounded + others.Unfounded, Different + others.Different, First ?? others.First);
    }

    /// <summary>Whether the live one was what the log says.</summary>
    public bool AreNone => Missing + Unfounded + Different == 0;
}

/// <summary>What a rebuild did.</summary>
/// <param name="Model">Which read model.</param>
/// <param name="Events">Events read.</param>
/// <param name="Reading">How long reading and writing took.</param>
/// <param name="Elapsed">How long all of it took.</param>
/// <param name="Differences">What the live one was compared to the log; null where it was empty, and nothing to compare.</param>
public sealed record RebuildReport(
    string Model, long Events, TimeSpan Reading, TimeSpan Elapsed, RebuildDifferences? Differences)
{
    /// <summary>
    /// How many events the log has that the live one, which numbers them, had passed over: rows after them have higher
    /// numbers than before.
    /// </summary>
    public long Shifted { get; init; }
}

/// <summary>A rebuild did not come to its end. The live one is as it was; the message says why.</summary>
public class RebuildException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Somebody else rebuilds the same read model at the moment.</summary>
public sealed class RebuildRunsException(string model) : RebuildException($"{model} is being rebuilt by somebody else.");

/// <summary>Somebody who reads the live one for long has kept the new one from its place.</summary>
public sealed class RebuildHeldUpException(string model, Exception cause) : RebuildException(
    $"{model} was not rebuilt: somebody reads it all the time, and waiting for him would hold up whoever writes. It is as it was; try again later.", cause);
