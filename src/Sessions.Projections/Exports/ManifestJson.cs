using System.Text.Json.Serialization;
using Sessions.Projections.Verification;

namespace Sessions.Projections.Exports;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExportFilter))]
[JsonSerializable(typeof(SealHead))]
sealed partial class ManifestJson : JsonSerializerContext;
