namespace Sessions.Api.Vapi;

/// <summary>What an operation answers: a value of its output type, or an error.</summary>
internal readonly record struct Answer(object? Value, VapiError? Error)
{
    /// <summary>Done, and nothing to say.</summary>
    public static Answer Done { get; }

    public static Answer Of(object value) => new(value, Error: null);

    public static implicit operator Answer(VapiError error) => new(Value: null, error);

    /// <summary>An answer that is ready at once.</summary>
    public static implicit operator ValueTask<Answer>(Answer answer) => ValueTask.FromResult(answer);
}
