namespace Sessions.Projections.Verification;

/// <summary>A seal that was kept elsewhere, to compare the database with later.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash, in hexadecimal.</param>
public sealed record SealHead(long Number, string Hash);
