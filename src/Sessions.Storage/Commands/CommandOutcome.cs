using Sessions.Domain;

namespace Sessions.Storage.Commands;

/// <summary>What became of a command.</summary>
/// <param name="Decision">Accepted or refused.</param>
/// <param name="Address">
/// The session that the command was decided on; for a creation with a known client token, the session created earlier.
/// </param>
/// <param name="Session">Its state after the decision.</param>
public sealed record CommandOutcome(Decision Decision, SessionAddress Address, Session Session);
