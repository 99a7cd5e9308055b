using System.Globalization;

namespace Sessions.Api.Vapi;

/// <summary>One row of the table of messages: its id, and its English text with places to fill.</summary>
/// <param name="Id">The id after <c>com.vmware.vdcs.cls-main.</c></param>
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
