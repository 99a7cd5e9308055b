using System.Collections.Immutable;

namespace Sessions.Domain;

/// <summary>What a command leads to: events, possibly none, or a refusal.</summary>
public abstract record Decision
{
    Decision()
    {
    }

    /// <summary>The command is carried out by recording these events. If there are none, nothing was left to do.</summary>
    public sealed record Accepted(ImmutableArray<SessionEvent> Events) : Decision
    {
        /// <inheritdoc/>
        public bool Equals(Accepted? other) => other is not null && Events.SequenceEqual(other.Events);

        /// <inheritdoc/>
        public override int GetHashCode() => Events.Length;
    }

    /// <summary>The command is not allowed; nothing is recorded.</summary>
    public sealed record Refused(Refusal Reason) : Decision;
}

/// <summary>Why a command is not allowed.</summary>
public enum Refusal
{
    /// <summary>There is no such session, or not any more.</summary>
    NotFound,

    /// <summary>The session has ended: canceled, failed or expired.</summary>
    NotActive,

    /// <summary>Progress must be a number from 0 to 100.</summary>
    ProgressOutOfRange,

    /// <summary>The client's error message is longer than the maximum.</summary>
    MessageTooLong,

    /// <summary>There is no such library item, or not any more.</summary>
    UnknownItem,

    /// <summary>The session's item has no file of that name.</summary>
    UnknownFile,

    /// <summary>The creator of the session was not allowed to read the storage itself.</summary>
    DirectNotAllowed,

    /// <summary>The client token was used for a session on another item.</summary>
    ClientTokenReused,

    /// <summary>The owner has as many sessions as one user may have.</summary>
    TooManySessions,

    /// <summary>The id is taken. The server draws ids at random, so no client sees this.</summary>
    AlreadyExists,
}

/// <summary>What the rules need to know besides the session and the command.</summary>
/// <param name="Now">The database's time.</param>
/// <param name="Policy">The lease policy in force.</param>
/// <param name="Owner">The owner of the addressed session.</param>
/// <param name="Actor">Who asks; null for the system itself.</param>
/// <param name="MayReadStorage">Whether the actor may read the storage itself.</param>
public readonly record struct DecisionContext(
    DateTimeOffset Now, LeasePolicy Policy, string Owner, string? Actor, bool MayReadStorage)
{
    /// <summary>How many sessions the owner has. Counted only where the policy limits them, else zero.</summary>
    public int OwnerSessions { get; init; }
}
