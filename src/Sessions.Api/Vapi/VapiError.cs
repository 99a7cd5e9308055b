using System.Globalization;

namespace Sessions.Api.Vapi;

/// <summary>One row of the table of messages: its id, and its English text with placeholders.</summary>
/// <param name="Id">The id after <c>com.vmware.vdcs.cls-main.</c></param>
/// <param name="Text">The text, with <c>{0}</c> and so on.</param>
internal sealed record MessageText(string Id, string Text)
{
    const string Prefix = "com.vmware.vdcs.cls-main.";

    public LocalizableMessage With(params string[] args) =>
        new(Prefix + Id, string.Format(CultureInfo.InvariantCulture, Text, args), args);
}

/// <summary>The error that an operation answers in place of a value.</summary>
/// <param name="Type">The kind of error.</param>
/// <param name="Message">What went wrong.</param>
internal sealed record VapiError(ErrorType Type, LocalizableMessage Message)
{
    /// <summary>The fields of an error in all dialects that print plain values; each adds its own envelope.</summary>
    public static VapiType.Structure Shape { get; } =
        new StructureOf<VapiError>("com.vmware.vapi.std.errors.error")
            .Required("error_type", VapiType.Text, error => error.Type.Word)
            .Required("messages", VapiType.ListOf(LocalizableMessage.Shape), error => new object[] { error.Message })
            .Build();

    /// <summary>The status, where it differs from the type's own: 405, 408, 413, 415 and 429 have no type.</summary>
    public int? StatusOverride { get; init; }

    /// <summary>When to try again, for temporary errors.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How to log in, for callers who are not.</summary>
    public string? Challenge { get; init; }

    /// <summary>The methods that the path supports, for 405.</summary>
    public string? Allow { get; init; }

    public int Status => StatusOverride ?? Type.Status;
}
