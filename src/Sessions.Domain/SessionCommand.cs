namespace Sessions.Domain;

/// <summary>What a client, or the schedule, asks of one session.</summary>
public abstract record SessionCommand
{
    SessionCommand()
    {
    }

    /// <summary>Begins a session on an item.</summary>
    /// <param name="ItemId">Which item.</param>
    /// <param name="Item">The item as it is now, which the session keeps; null if no item has this id (any more).</param>
    /// <param name="ClientToken">Makes the creation idempotent: the same token, the same session.</param>
    public sealed record Create(Guid ItemId, PinnedItem? Item, Guid? ClientToken = null) : SessionCommand
    {
        /// <summary>Begins a session on an item that exists.</summary>
        public Create(PinnedItem item, Guid? clientToken = null)
            : this(item?.ItemId ?? throw new ArgumentNullException(nameof(item)), item, clientToken)
        {
        }
    }

    /// <summary>Renews the lease and may report progress.</summary>
    /// <param name="Progress">0 to 100, or null for "unchanged".</param>
    public sealed record KeepAlive(long? Progress = null) : SessionCommand;

    /// <summary>Ends the session's activity: transfers stop, links die.</summary>
    public sealed record Cancel : SessionCommand;

    /// <summary>Ends the session's activity with the client's own error message.</summary>
    public sealed record Fail(string Message) : SessionCommand
    {
        /// <summary>
        /// The most characters that a message may have. Messages are kept for ever, and many of the longest must fit into
        /// one transaction.
        /// </summary>
        public const int MessageMax = 4096;
    }

    /// <summary>Asks for a link to one file. Asking again is activity and changes nothing else.</summary>
    public sealed record PrepareFile(string FileName, EndpointType Endpoint = EndpointType.Https) : SessionCommand;

    /// <summary>
    /// Activity that the server sees by itself, and nothing else: bytes are leaving, or a client waits for
    /// a file to be ready.
    /// </summary>
    public sealed record Touch : SessionCommand;

    /// <summary>Reports a step of one transfer, as the server sees it.</summary>
    /// <param name="TransferId">Ties a transfer's steps together.</param>
    /// <param name="FileName">The file whose bytes leave.</param>
    /// <param name="Range">The bytes asked for; at the end, the bytes that left.</param>
    /// <param name="Step">Which step.</param>
    /// <param name="Duration">How long the transfer has run.</param>
    public sealed record RecordTransfer(
        Guid TransferId,
        string FileName,
        ByteRange Range,
        TransferStep Step,
        TimeSpan Duration = default) : SessionCommand;

    /// <summary>Removes the session, in whatever state it is.</summary>
    public sealed record Delete : SessionCommand;

    /// <summary>
    /// Expires the session if its lease has run out. Sent by the schedule, and by reads of such a session.
    /// </summary>
    public sealed record Expire : SessionCommand;

    /// <summary>Sent by the schedule: removes the session if its retention has run out.</summary>
    public sealed record Purge : SessionCommand;
}

/// <summary>The steps of a transfer.</summary>
public enum TransferStep
{
    /// <summary>The first byte is about to leave.</summary>
    Started,

    /// <summary>The whole range has left.</summary>
    Finished,

    /// <summary>It broke off: the client went away, or the session's activity ended.</summary>
    Aborted,
}
