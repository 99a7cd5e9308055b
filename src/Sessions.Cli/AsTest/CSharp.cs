using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sessions.Domain;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Cli.AsTest;

/// <summary>C# expressions that make values of the domain.</summary>
internal static class CSharp
{
    public static string Of(SessionEvent e) => $"{NewOf(e)} {{ At = {Of(e.At)} }}";

    public static string Of(SessionCommand command) => command switch
    {
        SessionCommand.Create c => $"new Create(Pinned{(c.ClientToken is { } token ? ", " + Of(token) : "")})",
        SessionCommand.KeepAlive { Progress: { } progress } => Text($"new KeepAlive({progress})"),
        SessionCommand.PrepareFile c => $"new PrepareFile({Of(c.FileName)}, {Of(c.Endpoint)})",
        SessionCommand.RecordTransfer c =>
            $"new RecordTransfer({Of(c.TransferId)}, {Of(c.FileName)}, {Of(c.Range)}, {Of(c.Step)}{(c.Duration == default ? "" : ", " + Of(c.Duration))})",
        SessionCommand.Fail c => $"new Fail({Of(c.Message)})",
        _ => $"new {command.GetType().Name}()",
    };

    public static string Of(PinnedItem item) =>
        $"new(\n        {Of(item.ItemId)}, {Of(item.ContentVersion)},\n        ["
        + string.Concat(item.Files.Select(file => Text($"\n            new({Of(file.Name)}, {file.Size}, {Of(file.ModifiedAt)}),")))
        + "\n        ])";

    /// <summary>A policy, with only the values that differ from the default.</summary>
    public static string Of(LeasePolicy policy)
    {
        var usual = new LeasePolicy();
        (string Name, TimeSpan? Value, TimeSpan? Usual)[] parts =
        [
            (nameof(policy.IdleTimeout), policy.IdleTimeout, usual.IdleTimeout),
            (nameof(policy.RenewalSlack), policy.RenewalSlack, usual.RenewalSlack),
            (nameof(policy.KeepAliveSlack), policy.KeepAliveSlack, usual.KeepAliveSlack),
            (nameof(policy.Retention), policy.Retention, usual.Retention),
            (nameof(policy.MaxLifetime), policy.MaxLifetime, usual.MaxLifetime),
        ];
        return "new() { " + string.Join(", ", parts
            .Where(part => part.Value != part.Usual)
            .Select(part => $"{part.Name} = {(part.Value is { } value ? Of(value) : "null")}")) + " }";
    }

    public static string Of(DateTimeOffset at) => $"Time({Of(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))})";

    /// <summary>All escapes of JSON are valid in C#, and the serializer escapes all that is not plain.</summary>
    public static string Of(string text) => JsonSerializer.Serialize(text);

    static string Of(TimeSpan span) => span.Ticks % TimeSpan.TicksPerSecond == 0
        ? Text($"TimeSpan.FromSeconds({span.Ticks / TimeSpan.TicksPerSecond})")
        : Text($"TimeSpan.FromTicks({span.Ticks})");

    static string Of(Guid id) => $"new Guid(\"{id:D}\")";

    static string Of(ByteRange range) => Text($"new ByteRange({range.Start}, {range.End})");

    static string Of<T>(T value)
        where T : struct, Enum => $"{typeof(T).Name}.{value}";

    static string NewOf(SessionEvent @event) => @event switch
    {
        SessionCreated e => $"new SessionCreated({Of(e.Owner)}, Pinned, {Of(e.ExpiresAt)}{Named("ClientToken", e.ClientToken)}"
            + (e.MayReadStorage ? ", MayReadStorage: true)" : ")"),
        SessionKeptAlive { Progress: { } progress } e => Text($"new SessionKeptAlive({Of(e.ExpiresAt)}, Progress: {progress})"),
        SessionKeptAlive e => $"new SessionKeptAlive({Of(e.ExpiresAt)})",
        FilePrepared e => $"new FilePrepared({Of(e.FileName)}, {Of(e.Endpoint)})",
        TransferStarted e => $"new TransferStarted({Of(e.TransferId)}, {Of(e.FileName)}, {Of(e.Range)})",
        FileTransferred e => $"new FileTransferred({Of(e.TransferId)}, {Of(e.FileName)}, {Of(e.Range)}, {Of(e.Duration)})",
        TransferAborted e => $"new TransferAborted({Of(e.TransferId)}, {Of(e.FileName)}, {Of(e.Range)}, {Of(e.Duration)})",
        SessionCanceled => "new SessionCanceled()",
        SessionFailed e => $"new SessionFailed({Of(e.Message)})",
        SessionExpired e => $"new SessionExpired({Of(e.Reason)}, {Of(e.LastActiveAt)})",
        SessionDeleted e => $"new SessionDeleted({Of(e.Reason)}{(e.By is null ? "" : ", " + Of(e.By))})",
        _ => throw new UnreachableException($"{@event.GetType().Name} is not known in C#."),
    };

    static string Named(string name, Guid? value) => value is { } id ? $", {name}: {Of(id)}" : "";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
