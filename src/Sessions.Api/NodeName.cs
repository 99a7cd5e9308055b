namespace Sessions.Api;

/// <summary>What this node calls itself in the record and in the database.</summary>
internal sealed record NodeName(string Value);
