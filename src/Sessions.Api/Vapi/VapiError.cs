using System.Globalization;

namespace Sessions.Api.Vapi;

/// <summary>A text that clients may translate: an id, an English default, and what to fill in.</summary>
internal sealed record LocalizableMessage(string Id, string DefaultMessage, IReadOnlyList<string> Args)
{
    public static VapiType Shape { get; } =
        new StructureOf<LocalizableMessage>("com.vmware.vapi.std.localizable_message")
            .Required("id", VapiType.Text, message => message.Id)
            .Required("default_message", VapiType.Text, message => message.DefaultMessage)
            .Required("args", VapiType.ListOf(VapiType.Text), message => message.Args)
            .Build();
}

/// <summary>One row of the table of messages: its id, and its English text with places to fill.</summary>
/// <param name="Id">The id behind <c>com.vmware.vdcs.cls-main.</c></param>
/// <param name="Text">The text, with <c>{0}</c> and so on.</param>
internal sealed record MessageText(string Id, string Text)
{
    const string Prefix = "com.vmware.vdcs.cls-main.";

    public LocalizableMessage With(params string[] args) =>
        new(Prefix + Id, string.Format(CultureInfo.InvariantCulture, Text, args), args);
}

/// <summary>What an operation answers when it does not answer what was asked.</summary>
/// <param name="Type">The kind of error.</param>
/// <param name="Message">What went wrong.</param>
internal sealed record VapiError(ErrorType Type, LocalizableMessage Message)
{
    /// <summary>What all dialects say of an error that print plain values; each puts its own around it.</summary>
    public static VapiType.Structure Shape { get; } =
        new StructureOf<VapiError>("com.vmware.vapi.std.errors.error")
            .Required("error_type", VapiType.Text, error => error.Type.Word)
            .Required("messages", VapiType.ListOf(LocalizableMessage.Shape), error => new object[] { error.Message })
            .Build();

    /// <summary>The status, where it is another than the type's own: 405, 408, 413, 415 and 429 have no type.</summary>
    public int? StatusOverride { get; init; }

    /// <summary>When to try again, for errors that pass.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What a login may look like, for callers who are not logged in.</summary>
    public string? Challenge { get; init; }

    /// <summary>The methods that the path does know, for 405.</summary>
    public string? Allow { get; init; }

    public int Status => StatusOverride ?? Type.Status;
}

/// <summary>What an operation answers: a value of its output type, or an error.</summary>
internal readonly record struct Answer(object? Value, VapiError? Error)
{
    /// <summary>Done, and nothing to say.</summary>
    public static Answer Done { get; }

    public static Answer Of(object value) => new(value, Error: null);

    public static implicit operator Answer(VapiError error) => new(Value: null, error);

    /// <summary>An answer that nobody has to wait for.</summary>
    public static implicit operator ValueTask<Answer>(Answer answer) => ValueTask.FromResult(answer);
}
