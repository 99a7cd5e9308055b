using Sessions.Domain;

namespace Sessions.Storage.Commands;

/// <summary>
/// The statements by which an inline read model counts the sessions of owners. Used only where
/// <see cref="LeasePolicy.MaxSessionsPerUser"/> is set.
/// </summary>
/// <param name="Count">
/// The statement that counts: <c>$1</c> owners, <c>text[]</c>; returns owner and count, one row each.
/// </param>
/// <param name="Check">
/// The statement that fails with a serialization failure when one of the owners has more sessions than allowed: <c>$1</c>
/// owners, <c>text[]</c>; <c>$2</c> the most, <c>integer</c>. It comes last in the write.
/// </param>
public sealed record SessionCounting(string Count, string Check);
