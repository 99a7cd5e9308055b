using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Bench.Past;

/// <summary>An event that the production rules decided, but that no client caused.</summary>
internal readonly record struct PastEvent(
    SessionAddress Address, int Version, Guid CommandId, SessionEvent Event, Provenance By);
