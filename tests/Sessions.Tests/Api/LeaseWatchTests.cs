using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Sessions.Api.Downloads;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>
/// Why a transfer is cut within two seconds of its session's end: the watch looks at least once a second, and its first
/// look after the end cuts the transfer. <see cref="CutTests"/> tries the same on real connections.
/// </summary>
public sealed class LeaseWatchTests(TestPostgres postgres) : IAsyncLifetime
{
    readonly LookClock clock = new();
    Node node = null!;
    Transfers transfers = null!;

    public async ValueTask InitializeAsync()
    {
        node = new Node(await postgres.CreateDatabase());
        transfers = new Transfers(node.Commands, node.Store, node.Policy, clock, NullLogger<Transfers>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await transfers.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task The_first_look_after_a_session_ends_cuts_and_looks_are_a_second_apart()
    {
        var address = await node.Create();
        var http = new DefaultHttpContext();
        using var connection = new Connection();
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);
        using var bytes = new SafeFileHandle();
        var lease = new KnownLease(DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch, clock.GetTimestamp(), clock);
        var transfer = new Transfer(
            transfers, address, NodeSentences.Item.Files[0], bytes, http, NodeSentences.By("ana"), lease);
        using var watch = new LeaseWatch(transfer, transfers);

        clock.Look();
        await StoreSentences.Until(() => lease.ExpiresAt != DateTimeOffset.MaxValue);
        connection.RequestAborted.IsCancellationRequested.ShouldBeFalse("the session runs");

        await node.Send(address, new SessionCommand.Cancel());
        clock.Look();
        await StoreSentences.Until(() => connection.RequestAborted.IsCancellationRequested);

        clock.Period.ShouldBe(TimeSpan.FromSeconds(1));
    }

    /// <summary>A clock whose one timer a test fires.</summary>
    sealed class LookClock : TimeProvider, ITimer
    {
        Action look = () => { };

        public TimeSpan Period { get; private set; }

        public void Look() => look();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (look, Period) = (() => callback(state), period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    sealed class Connection : IHttpRequestLifetimeFeature, IDisposable
    {
        readonly CancellationTokenSource aborted = new();

        public Connection() => RequestAborted = aborted.Token;

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => aborted.Cancel();

        public void Dispose() => aborted.Dispose();
    }
}
