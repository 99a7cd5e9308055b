using System.Diagnostics.Metrics;

namespace Sessions.Projections.Following;

/// <summary>The metrics of this project: how far each follower is behind the log.</summary>
public static class ProjectionMetrics
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Sessions.Projections";

    static readonly Meter Meter = new(Name);

    static readonly Gauge<double> Lag = Meter.CreateGauge<double>(
        "sessions.projection.lag", "s", "The age of the oldest event that a follower has yet to deal with; zero for none.");

    static readonly Gauge<long> EventsBehind = Meter.CreateGauge<long>(
        "sessions.projection.events_behind", "{event}", "Events that a follower has yet to deal with, as far as one pass goes.");

    internal static void Record(IReadOnlyList<FollowerLag> lags)
    {
        foreach (var lag in lags)
        {
            var follower = new KeyValuePair<string, object?>("sessions.follower", lag.Follower);
            Lag.Record(lag.Behind.TotalSeconds, follower);
            EventsBehind.Record(lag.EventsBehind, follower);
        }
    }
}
