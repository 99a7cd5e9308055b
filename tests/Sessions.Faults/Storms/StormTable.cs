using Sessions.Domain;
using Sessions.Faults.Arenas;
using Sessions.Faults.Checking;
using Sessions.Faults.History;

namespace Sessions.Faults.Storms;

/// <summary>How late the sessions of storms expired, and how poison changed that.</summary>
sealed class StormTable(Facts facts, IReadOnlyList<Storm> storms)
{
    static readonly double[] Shares = [.1, .25, .5, .75, .9, .99, 1];

    readonly Dictionary<Storm, TimeSpan[]> late = storms.ToDictionary(storm => storm, storm => Lateness(facts, storm));

    /// <summary>
    /// A row for each storm: how long after they were due each share of its healthy sessions had expired, and all had
    /// been removed; then how many times as late they were with poison.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        yield return "";
        yield return $"| storm | sessions | of poison | {string.Join(" | ", Shares.Select(share => FormattableString.Invariant($"{share:P0}")))} | all removed |";
        yield return $"|---|---|---|{string.Concat(Shares.Select(_ => "---|"))}---|";
        foreach (var storm in storms)
        {
            yield return FormattableString.Invariant(
                $"| {storm.Number} | {storm.Healthy} | {storm.Poison} | {string.Join(" | ", Shares.Select(share => Seconds(Quantile.Of(late[storm], share))))} | {Seconds(Removed(facts, storm))} |");
        }

        yield return "";
        foreach (var storm in storms.Where(storm => !storm.WasThere))
            yield return FormattableString.Invariant($"storm {storm.Number}: not all of its sessions were there when they were due");
        if (storms.All(storm => storm.Poison == 0))
            yield break;
        foreach (var share in new[] { .5, .9, .99, 1 })
            yield return Comparison(share);
    }

    /// <summary>How many times as late this share of healthy sessions had expired where there was poison.</summary>
    public double Ratio(double share)
    {
        var (pure, mixed) = Times(share);
        return Median(mixed) / Median(pure);
    }

    /// <summary>Storms in which a healthy session did not expire, or expired twice.</summary>
    public IEnumerable<Violation> Incomplete() =>
        from storm in late
        where storm.Value.Length != storm.Key.Healthy
        select new Violation(
            "each session of a storm expires, once", FormattableString.Invariant($"storm {storm.Key.Number}: {storm.Value.Length} of {storm.Key.Healthy}"));

    /// <summary>Whether sessions of a storm still expired after a moment of the driver's clock.</summary>
    public bool GoesOnBehind(Storm storm, long moment) =>
        Expiries(facts, storm).Any(expiry => expiry.At > facts.Run.TimeAtMost(moment));

    string Comparison(double share)
    {
        var (pure, mixed) = Times(share);
        return FormattableString.Invariant(
            $"{share:P0} expired after {Spread(pure)} without poison, {Spread(mixed)} with it: {Ratio(share):0.00} times as late");
    }

    (TimeSpan[] Pure, TimeSpan[] Mixed) Times(double share)
    {
        var times = late.ToLookup(storm => storm.Key.Poison > 0, storm => Quantile.Of(storm.Value, share));
        return ([.. times[false].Order()], [.. times[true].Order()]);
    }

    static string Spread(TimeSpan[] ordered) => $"{Seconds(Median(ordered))} ({Seconds(ordered[0])} to {Seconds(ordered[^1])})";

    static TimeSpan Median(TimeSpan[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;

    static TimeSpan[] Lateness(Facts facts, Storm storm) =>
        [.. Expiries(facts, storm).Select(expiry => expiry.At - expiry.Lease.ExpiresAt).Order()];

    static IEnumerable<(DateTimeOffset At, SessionLease Lease)> Expiries(Facts facts, Storm storm) =>
        StreamsOf(facts, storm).SelectMany(Streams.Expiries);

    static TimeSpan Removed(Facts facts, Storm storm) =>
        StreamsOf(facts, storm).Select(stream => stream.Events[^1].Event.At).DefaultIfEmpty(storm.Due).Max() - storm.Due;

    static IEnumerable<StreamHistory> StreamsOf(Facts facts, Storm storm) =>
        facts.Streams.Values.Where(stream => storm.Has(stream.Address.Owner));

    static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.00} s");
}
