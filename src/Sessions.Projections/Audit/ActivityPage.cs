namespace Sessions.Projections.Audit;

/// <summary>Minutes of activity.</summary>
/// <param name="Minutes">The minutes in which anything happened, oldest first.</param>
/// <param name="NextFrom">The <c>from</c> that the next page begins with; null when this was the last.</param>
public sealed record ActivityPage(IReadOnlyList<ActivityMinute> Minutes, DateTimeOffset? NextFrom);
