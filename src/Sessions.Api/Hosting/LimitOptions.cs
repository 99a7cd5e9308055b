namespace Sessions.Api.Hosting;

/// <summary>How much this server accepts from its clients; configuration <c>Limits:*</c>.</summary>
internal sealed record LimitOptions
{
    const long ConnectionsDefault = 20_000;

    /// <summary>How many requests one user may send to one node per second; null for no limit.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>How many requests a user may send at once after a pause; null for two seconds' worth.</summary>
    public int? RequestBurst { get; init; }

    /// <summary>
    /// How many connections may be open; null for as many as there is room for, up to 20,000. One more is closed at once:
    /// in a process that has run out of file descriptors nothing works any more.
    /// </summary>
    public long? Connections { get; init; }

    /// <summary>The limit on connections that is in force.</summary>
    public long ConnectionsHeld => Connections ?? Math.Min(ConnectionsDefault, OpenFiles.ConnectionsMost());

    /// <summary>How long a connection may be open without a request on it.</summary>
    public TimeSpan ConnectionIdle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long the head of a request may take.</summary>
    public TimeSpan RequestHead { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The least rate of a request's body, in bytes a second.</summary>
    public int BodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long a body may fall below that rate: more than the second between two of Kestrel's checks.</summary>
    public TimeSpan BodyPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The least <see cref="BodyPatience"/>: Kestrel checks once a second.</summary>
    public static readonly TimeSpan BodyPatienceMin = TimeSpan.FromSeconds(1.1);
}
