using System.Text.Json.Serialization;
using Sessions.Storage.Log;

namespace Sessions.Projections.History;

/// <summary>The JSON of history: names as the rest of the API has them, times in UTC, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(SessionState))]
[JsonSerializable(typeof(EventEntry))]
sealed partial class HistoryJson : JsonSerializerContext;
