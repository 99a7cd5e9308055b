namespace Sessions.Projections.Rebuilding;

/// <summary>How far a rebuild is.</summary>
/// <param name="Step">
/// <c>reading the log</c>, <c>indexes</c>, <c>comparing</c>, <c>swapping</c>, <c>held up</c> or <c>done</c>.
/// </param>
/// <param name="Events">Events read so far.</param>
/// <param name="Total">Events in the log when it began; more may have come since.</param>
/// <param name="Elapsed">How long it has run.</param>
public sealed record RebuildProgress(string Step, long Events, long Total, TimeSpan Elapsed)
{
    /// <summary>Events a second, so far.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Events / Elapsed.TotalSeconds : 0;

    /// <summary>How long reading will go on at this rate; null while that is unknown.</summary>
    public TimeSpan? Left => Rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, Total - Events) / Rate) : null;
}

/// <summary>How the live read model differed from its rebuild: drift, now repaired.</summary>
/// <param name="Missing">Rows that the live one lacked.</param>
/// <param name="Unfounded">Rows that the live one had and that do not follow from the log.</param>
/// <param name="Different">Rows with other values.</param>
/// <param name="First">One of them, as PostgreSQL writes a row; null if there is none.</param>
public sealed record RebuildDifferences(long Missing, long Unfounded, long Different, string? First)
{
    /// <summary>None.</summary>
    public static RebuildDifferences None { get; } = new(0, 0, 0, First: null);

    /// <summary>The sum of these and others.</summary>
    public RebuildDifferences And(RebuildDifferences others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new(Missing + others.Missing, Unfounded + others.Unfounded, Different + others.Different, First ?? others.First);
    }

    /// <summary>Whether the live one matched the log.</summary>
    public bool AreNone => Missing + Unfounded + Different == 0;
}

/// <summary>What a rebuild did.</summary>
/// <param name="Model">Which read model.</param>
/// <param name="Events">Events read.</param>
/// <param name="Reading">How long reading and writing took.</param>
/// <param name="Elapsed">How long all of it took.</param>
/// <param name="Differences">How the live one differed from the log; null if it was empty, with nothing to compare.</param>
public sealed record RebuildReport(
    string Model, long Events, TimeSpan Reading, TimeSpan Elapsed, RebuildDifferences? Differences)
{
    /// <summary>
    /// How many events of the log a live model that numbers them had skipped: the rows after them have higher numbers
    /// than before.
    /// </summary>
    public long Shifted { get; init; }
}

/// <summary>A rebuild failed, as the message says. The live one is as it was.</summary>
public class RebuildException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Another process is rebuilding the same read model.</summary>
public sealed class RebuildRunsException(string model) : RebuildException($"Another process is rebuilding {model}; try again later.");

/// <summary>Long reads of the live one have held up the swap.</summary>
public sealed class RebuildHeldUpException(string model, Exception cause) : RebuildException(
    $"{model} was not rebuilt: another client keeps reading it, and waiting for that client would block all others. "
    + "The live one is unchanged; try again later.", cause);
