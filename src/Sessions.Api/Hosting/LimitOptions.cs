namespace Sessions.Api.Hosting;

/// <summary>What this server takes from its clients at most; configuration <c>Limits:*</c>.</summary>
internal sealed record LimitOptions
{
    const long ConnectionsDefault = 20_000;

    /// <summary>How many requests a second one user may send to one node; null for no limit.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>How many he may send at once after a pause; null for as many as in two seconds.</summary>
    public int? RequestBurst { get; init; }

    /// <summary>
    /// How many connections may be open; null for as many as there is room for, up to 20,000. One
    /// more is closed at once: better than to run out of file descriptors, with which nothing works any more.
    /// </summary>
    public long? Connections { get; init; }

    /// <summary>How many are held.</summary>
    public long ConnectionsHeld => Connections ?? Math.Min(ConnectionsDefault, OpenFiles.ConnectionsMost());

    /// <summary>How long a connection may be open without a request on it.</summary>
    public TimeSpan ConnectionIdle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long the head of a request may take.</summary>
    public TimeSpan RequestHead { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The least rate of a request's body, in bytes a second.</summary>
    public int BodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long a body may be slower than that; at least what Kestrel's own look takes, a second.</summary>
    public TimeSpan BodyPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The least patience with a body: Kestrel looks once a second.</summary>
    public static readonly TimeSpan BodyPatienceMin = TimeSpan.FromSeconds(1.1);
}
