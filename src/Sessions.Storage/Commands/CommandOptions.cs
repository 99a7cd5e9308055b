namespace Sessions.Storage.Commands;

/// <summary>How commands are queued and batched; configuration <c>Commands:*</c>.</summary>
public sealed record CommandOptions
{
    /// <summary>In how many lanes commands go, each with one batch on its way at a time.</summary>
    /// <value>
    /// One. A second works while the first waits for the disk, but halves the batches, which costs PostgreSQL a third more for
    /// each command. It may pay on a slow disk, as one whose flush takes 2 ms.
    /// </value>
    public int Lanes { get; init; } = 1;

    /// <summary>How many commands may wait in a lane before the next is turned away.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How many commands share a transaction at most.</summary>
    public int BatchLimit { get; init; } = 512;
}
