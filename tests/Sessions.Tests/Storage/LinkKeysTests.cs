using Sessions.Storage;
using Sessions.Storage.Access;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>The keys of data links: all nodes share them, and new keys replace them in time.</summary>
public sealed class LinkKeysTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly LinkKeyOptions OldAtOnce = new() { Lifetime = TimeSpan.Zero };

    Node node = null!;

    public async ValueTask InitializeAsync() => node = new Node(await postgres.CreateDatabase());

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task The_first_node_makes_a_key_and_the_others_sign_with_the_same()
    {
        var (one, two) = (await Known(), await Known());

        two.Signing.Id.ShouldBe(one.Signing.Id);
        two.Signing.Sign("x"u8).ShouldBe(one.Signing.Sign("x"u8));
    }

    [Fact]
    public void Before_the_database_was_reached_nothing_can_be_signed() =>
        Should.Throw<StoreUnavailableException>(() => Keys().Signing).OutcomeUnknown.ShouldBeFalse();

    [Fact]
    public async Task A_key_that_is_old_is_followed_by_one_new_key_however_many_nodes_notice()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Known()));
        await node.Run("update access.link_keys set created_at = now() - interval '31 days'");

        await Task.WhenAll(nodes.Select(keys => keys.Refresh()));

        (await node.Ask<long>("select count(*) from access.link_keys")).ShouldBe(2);
        nodes.Select(keys => keys.Signing.Id).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_key_that_is_young_goes_on_signing()
    {
        var keys = await Known();
        var first = keys.Signing.Id;

        await keys.Refresh();

        keys.Signing.Id.ShouldBe(first);
    }

    [Fact]
    public async Task An_old_key_goes_on_verifying()
    {
        var keys = Keys(OldAtOnce);
        await keys.Refresh();
        var first = keys.Signing.Id;

        await keys.Refresh();

        keys.Signing.Id.ShouldNotBe(first);
        (await keys.Find(first, CancellationToken.None)).ShouldNotBeNull().Id.ShouldBe(first);
        (await (await Known()).Find(first, CancellationToken.None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_key_that_another_node_has_just_added_is_found()
    {
        var keys = await Known();
        var other = Keys(OldAtOnce);
        await other.Refresh();

        (await keys.Find(other.Signing.Id, CancellationToken.None)).ShouldNotBeNull().Id.ShouldBe(other.Signing.Id);
    }

    [Fact]
    public async Task Forged_ids_cost_the_database_one_look_in_a_pause_and_hide_no_key_that_is_there()
    {
        var clock = new FastClock();
        var keys = Keys(clock: clock);
        await keys.Refresh();
        var started = clock.GetTimestamp();
        await Task.WhenAll(Forge(keys));
        var other = Keys(OldAtOnce);
        await other.Refresh();

        var forged = Task.WhenAll(Forge(keys));
        var found = await keys.Find(other.Signing.Id, CancellationToken.None);

        found.ShouldNotBeNull();
        (await forged).ShouldAllBe(key => key == null);
        clock.GetElapsedTime(started).ShouldBeGreaterThanOrEqualTo(LinkKeys.LookPause);
    }

    [Fact]
    public async Task While_the_database_is_away_a_known_key_is_found_and_an_unknown_one_cannot_be_judged()
    {
        await using var forwarder = Forwarder.Before(node.ConnectionString, out var connection);
        forwarder.Restore();
        await using var database = Database.Open(connection);
        var keys = new LinkKeys(database, new LinkKeyOptions(), TimeProvider.System);
        await keys.Refresh();

        forwarder.Cut();

        (await keys.Find(keys.Signing.Id, CancellationToken.None)).ShouldNotBeNull();
        await Should.ThrowAsync<StoreUnavailableException>(() => keys.Find(1, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Configured_keys_need_none_in_the_database_and_the_first_signs()
    {
        var (first, second) = (new LinkKey(new byte[32]), new LinkKey([.. Enumerable.Repeat((byte)1, 32)]));
        var keys = Keys(new LinkKeyOptions { Configured = [first, second] });
        keys.Signing.ShouldBe(first);

        await keys.Refresh();

        keys.Signing.ShouldBe(first);
        (await keys.Find(second.Id, CancellationToken.None)).ShouldBe(second);
        (await keys.Find(1, CancellationToken.None)).ShouldBeNull();
        (await node.Ask<long>("select count(*) from access.link_keys")).ShouldBe(0);
    }

    [Fact]
    public async Task After_a_change_to_configured_keys_links_of_the_databases_keys_live_on()
    {
        var before = (await Known()).Signing.Id;
        var configured = new LinkKey(new byte[32]);
        var keys = Keys(new LinkKeyOptions { Configured = [configured] });

        (await keys.Find(before, CancellationToken.None)).ShouldNotBeNull().Id.ShouldBe(before);

        keys.Signing.ShouldBe(configured);
        await keys.Refresh();
        keys.Signing.ShouldBe(configured);
        (await keys.Find(configured.Id, CancellationToken.None)).ShouldBe(configured);
    }

    /// <summary>
    /// As the README describes it: append the new key on every node, then move it to the front, then drop the old one.
    /// </summary>
    [Fact]
    public async Task Configured_keys_are_followed_by_others_and_nodes_one_step_apart_know_each_others()
    {
        var (old, young) = (new LinkKey(new byte[32]), new LinkKey([.. Enumerable.Repeat((byte)1, 32)]));
        LinkKey[][] steps = [[old], [old, young], [young, old], [young]];
        var nodes = Array.ConvertAll(steps, step => Keys(new LinkKeyOptions { Configured = step }));

        foreach (var (one, next) in nodes.Zip(nodes.Skip(1)))
        {
            (await next.Find(one.Signing.Id, CancellationToken.None)).ShouldNotBeNull();
            (await one.Find(next.Signing.Id, CancellationToken.None)).ShouldNotBeNull();
        }
    }

    LinkKeys Keys(LinkKeyOptions? options = null, TimeProvider? clock = null) =>
        new(node.Database, options ?? new LinkKeyOptions(), clock ?? TimeProvider.System);

    async Task<LinkKeys> Known()
    {
        var keys = Keys();
        await keys.Refresh();
        return keys;
    }

    static IEnumerable<Task<LinkKey?>> Forge(LinkKeys keys) =>
        Enumerable.Range(1, 100).Select(id => keys.Find(id, CancellationToken.None).AsTask());
}
