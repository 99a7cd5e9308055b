using System.Globalization;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>A moment in a session's life: after a number of its events, or at a time.</summary>
public abstract record Moment
{
    Moment()
    {
    }

    /// <summary>After this many events; 0 is before the first.</summary>
    public sealed record Version(int Number) : Moment;

    /// <summary>At this time: all that was recorded by then has happened.</summary>
    public sealed record Time(DateTimeOffset At) : Moment;

    /// <summary>
    /// Reads <c>7</c> as a version, and <c>2026-01-31T12:03:07Z</c> as a time. A time without a zone is UTC, like
    /// all times that are shown.
    /// </summary>
    public static bool TryParse(string? text, out Moment moment)
    {
        moment = new Version(0);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            moment = new Version(number);
        else if (TryParseTime(text, out var at))
            moment = new Time(at);
        else
            return false;
        return true;
    }

    /// <summary>Reads a time in ISO 8601: a date at least; without a zone, UTC.</summary>
    public static bool TryParseTime(string? text, out DateTimeOffset at) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at)
        // The framework is laxer than ISO 8601, and would take "3.4" for a day.
        && text is [_, _, _, _, '-', ..];

    /// <summary>Whether an event had happened by then.</summary>
    internal bool Has(LoggedEvent logged) => this switch
    {
        Version version => logged.Version <= version.Number,
        Time time => logged.At <= time.At,
        _ => false,
    };
}
