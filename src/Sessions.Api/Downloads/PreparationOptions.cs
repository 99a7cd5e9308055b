namespace Sessions.Api.Downloads;

/// <summary>How files are made ready; configuration <c>Downloads:*</c>.</summary>
internal sealed record PreparationOptions
{
    /// <summary>How many large files are read at once, and how many small ones beside them.</summary>
    public int PreparingMax { get; init; } = Environment.ProcessorCount;

    /// <summary>The size in bytes up to which a file is ready in the first answer. Zero: only empty files.</summary>
    public long SmallFileMax { get; init; } = 4 * 1024 * 1024;
}
