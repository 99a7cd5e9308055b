using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Sessions.Api.Hosting;
using Sessions.Api.Vapi;

namespace Sessions.Api.Access;

/// <summary>
/// Limits how many requests this node takes from each user, and from each address without a known user. Each has a bucket
/// of tokens, which is forgotten when it has been full for a while. If no limit is set, nothing is counted.
/// </summary>
internal sealed class RequestLimits : IDisposable
{
    /// <summary>The length of the network part of an IPv6 address, in bytes: a client may choose the rest freely.</summary>
    const int NetworkLength = 8;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    readonly PartitionedRateLimiter<Sender>? limiter;

    /// <summary>The limits that the configuration sets.</summary>
    public RequestLimits(LimitOptions options)
    {
        if (options.RequestsPerSecond is not { } rate)
            return;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokensPerPeriod = rate,
            ReplenishmentPeriod = Period,
            TokenLimit = options.RequestBurst ?? 2 * rate,
            QueueLimit = 0,
        };
        limiter = PartitionedRateLimiter.Create<Sender, Sender>(
            sender => RateLimitPartition.GetTokenBucketLimiter(sender, _ => bucket));
    }

    /// <summary>Counts a request of a user; the error to answer if it is one too many, else null.</summary>
    public VapiError? Count(string user) => limiter is null ? null : Count(new Sender(user, Address: null));

    /// <summary>Counts a request without a known user, by the address that it comes from.</summary>
    public VapiError? Count(IPAddress? address) =>
        limiter is null ? null : Count(new Sender(User: null, NetworkOf(address ?? IPAddress.None)));

    VapiError? Count(Sender sender)
    {
        using var lease = limiter!.AttemptAcquire(sender);
        return lease.IsAcquired
            ? null
            : Errors.TooManyRequests(lease.TryGetMetadata(MetadataName.RetryAfter, out var pause) ? pause : Period);
    }

    /// <summary>The address, or the network of an IPv6 address: a client that has one address in it has them all.</summary>
    static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkLength).Clear();
        return new IPAddress(bytes);
    }

    public void Dispose() => limiter?.Dispose();

    /// <summary>The requests that are counted together: those of a user, or those of an address.</summary>
    readonly record struct Sender(string? User, IPAddress? Address);
}
