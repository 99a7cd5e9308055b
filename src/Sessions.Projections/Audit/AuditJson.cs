using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Storage.Log;

namespace Sessions.Projections.Audit;

/// <summary>The audit's answers as JSON, the same from the server and on the command line. Nulls are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditEvent))]
[JsonSerializable(typeof(SessionLife))]
[JsonSerializable(typeof(UserSessions))]
[JsonSerializable(typeof(AuditLooksPage))]
[JsonSerializable(typeof(ActivityPage))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class AuditJson : JsonSerializerContext;
