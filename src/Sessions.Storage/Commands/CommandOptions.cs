namespace Sessions.Storage.Commands;

/// <summary>How commands are queued and batched; configuration <c>Commands:*</c>.</summary>
public sealed record CommandOptions
{
    /// <summary>How many lanes carry commands, each with one batch in flight at a time.</summary>
    /// <value>
    /// One. A second lane works while the first waits for the disk, but halves the batches, which costs PostgreSQL a
    /// third more for each command. It may pay off on a slow disk, such as one whose flush takes 2 ms.
    /// </value>
    public int Lanes { get; init; } = 1;

    /// <summary>How many commands may wait in a lane before the next is turned away.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How many commands share a transaction at most.</summary>
    public int BatchLimit { get; init; } = 512;

    /// <summary>How long a batch waits for a row that another transaction holds. Not a setting: only tests change it.</summary>
    internal TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(1);
}
