using System.Globalization;

namespace Sessions.Storage.Log;

/// <summary>
/// A position in the log. Ordered by epoch, then by transaction, then by number: the order that readers may rely on; see
/// <see cref="EventLog"/>.
/// </summary>
public readonly record struct LogPosition(int Epoch, ulong Transaction, long Number) : IComparable<LogPosition>
{
    /// <summary>Before the first event.</summary>
    public static LogPosition Start { get; }

    /// <summary>After the last event that there can ever be.</summary>
    public static LogPosition End { get; } = new(int.MaxValue, ulong.MaxValue, long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(LogPosition other) =>
        (Epoch, Transaction, Number).CompareTo((other.Epoch, other.Transaction, other.Number));

    /// <summary>A form that a person can read, and look up in the log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"event {Number} of transaction {Transaction}");

    /// <summary>Whether one position lies before another.</summary>
    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    /// <summary>Whether one position lies after another.</summary>
    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    /// <summary>Whether one position lies before another or is the same.</summary>
    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one position lies after another or is the same.</summary>
    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;
}
