namespace Sessions.Projections.Verification;

/// <summary>A seal that somebody kept elsewhere, to hold the database against later.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash, in hexadecimal.</param>
public sealed record SealHead(long Number, string Hash);
