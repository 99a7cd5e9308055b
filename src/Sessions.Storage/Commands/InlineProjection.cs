using Npgsql;
using Sessions.Domain;

namespace Sessions.Storage.Commands;

/// <summary>
/// Writes the effect of events on a read model, in the transaction of the events themselves. Called for live events and
/// for replayed ones alike.
/// </summary>
/// <param name="batch">Takes the projection's statements.</param>
/// <param name="events">The events, in order; a stream may occur more than once.</param>
public delegate void InlineProjection(
    NpgsqlBatch batch, IReadOnlyList<(SessionAddress Address, SessionEvent Event)> events);
