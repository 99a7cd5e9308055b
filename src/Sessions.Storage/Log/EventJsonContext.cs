using System.Text.Json.Serialization;
using Sessions.Domain;
using Sessions.Storage.Streams;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Storage.Log;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // Data that this program would not write so is damaged, and must not be read as if it were valid.
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(UtcTimeConverter), typeof(NameConverter<EndpointType>), typeof(NameConverter<ExpiryReason>),
        typeof(NameConverter<DeletionReason>),
    ])]
[JsonSerializable(typeof(SessionCreated))]
[JsonSerializable(typeof(SessionKeptAlive))]
[JsonSerializable(typeof(FilePrepared))]
[JsonSerializable(typeof(TransferStarted))]
[JsonSerializable(typeof(FileTransferred))]
[JsonSerializable(typeof(TransferAborted))]
[JsonSerializable(typeof(SessionCanceled))]
[JsonSerializable(typeof(SessionFailed))]
[JsonSerializable(typeof(SessionExpired))]
[JsonSerializable(typeof(SessionDeleted))]
[JsonSerializable(typeof(SnapshotData))]
[JsonSerializable(typeof(SessionOrigin))]
[JsonSerializable(typeof(Provenance))]
sealed partial class EventJsonContext : JsonSerializerContext;
