using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Bench.Past;

/// <summary>An event of a life that was never lived by a client, but decided by the production rules.</summary>
internal readonly record struct PastEvent(
    SessionAddress Address, int Version, Guid CommandId, SessionEvent Event, Provenance By);
