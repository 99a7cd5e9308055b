using Npgsql;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>The seals themselves: their chain, their signatures, and tampering with them.</summary>
public sealed class SealTests(TestPostgres postgres) : SealedLog(postgres)
{
    static readonly SealKey Key = RecordSentences.NewKey();
    static readonly PublicKeys Trusted = PublicKeys.Load(Key.PublicKey);

    [Fact]
    public async Task A_log_that_nobody_has_touched_is_what_was_sealed()
    {
        await Node.Seal(key: Key);

        var (report, found) = await Node.VerifySeals(Trusted);

        found.ShouldBeEmpty();
        (report.Events, report.Unsealed, report.Newest.Number, report.HasSignatures).ShouldBe((10, 0, 3, true));
        (await Node.Ask<int[]>("select array_agg(count order by number) from event_store.seals")).ShouldBe([4, 4, 2]);
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_with_its_seals_is_found_by_whoever_kept_the_newest_seal()
    {
        await Node.Seal();
        var head = await Head();
        await Node.Run("""
            delete from event_store.events where position > 4;
            delete from event_store.seals where number > 1
            """);

        (await Node.VerifySeals()).Found.ShouldBeEmpty();
        (await Node.VerifySeals(head: head)).Found.ShouldHaveSingleItem().Kind.ShouldBe(DifferenceKind.SealMissing);
    }

    [Fact]
    public async Task A_seal_that_was_removed_is_named_and_what_it_covered_is_not_called_inserted()
    {
        await Node.Seal();
        await Node.Run("delete from event_store.seals where number = 2");

        var difference = (await Node.VerifySeals()).Found.ShouldHaveSingleItem();

        (difference.Kind, difference.Seal).ShouldBe((DifferenceKind.SealMissing, 2));
    }

    [Theory]
    [InlineData("count = 3")]
    [InlineData("sealed_at = sealed_at - interval '1 day'")]
    [InlineData("first_position = first_position + 1")]
    [InlineData("entries = set_byte(entries, 30, 255 - get_byte(entries, 30))")]
    [InlineData("digest = set_byte(digest, 0, 255 - get_byte(digest, 0))")]
    [InlineData("previous = set_byte(previous, 0, 255 - get_byte(previous, 0))")]
    [InlineData("hash = set_byte(hash, 0, 255 - get_byte(hash, 0))")]
    public async Task A_seal_that_was_altered_is_named(string change)
    {
        await Node.Seal();
        await Node.Run($"update event_store.seals set {change} where number = 2");

        (await Node.VerifySeals()).Found.ShouldContain(one => one.Kind == DifferenceKind.SealForged && one.Seal == 2);
    }

    [Fact]
    public async Task A_forged_seal_that_fits_its_forged_event_breaks_the_chain_behind_it()
    {
        await Node.Seal();
        await Node.Run("update event_store.events set owner = 'mallory' where position = 2");
        await Forge(from: 1, to: 1);

        var difference = (await Node.VerifySeals()).Found.ShouldHaveSingleItem();

        (difference.Kind, difference.Seal).ShouldBe((DifferenceKind.SealForged, 2));
    }

    [Fact]
    public async Task Seals_that_were_all_made_anew_over_a_forged_log_are_found_by_their_signatures_and_by_a_kept_head_only()
    {
        await Node.Seal(key: Key);
        var head = await Head();
        await Node.Run("update event_store.events set owner = 'mallory' where position = 2");
        await Forge(from: 1, to: 3);

        (await Node.VerifySeals()).Found.ShouldBeEmpty();
        (await Node.VerifySeals(Trusted)).Found.ShouldContain(one => one.Kind == DifferenceKind.SealNotSigned);
        (await Node.VerifySeals(head: head)).Found.ShouldHaveSingleItem().Kind.ShouldBe(DifferenceKind.SealForged);
    }

    [Fact]
    public async Task A_signature_by_another_key_or_over_another_seal_or_none_at_the_end_is_named()
    {
        await Node.Seal(key: Key);
        using var another = PublicKeys.Load(RecordSentences.NewKey().PublicKey);
        (await Node.VerifySeals(another)).Found.ShouldAllBe(one => one.Kind == DifferenceKind.SealNotSigned);

        await Node.Run("update event_store.seals set signature = (select signature from event_store.seals where number = 2) where number = 1");
        (await Node.VerifySeals(Trusted)).Found.ShouldHaveSingleItem().Seal.ShouldBe(1);

        await Node.Run("update event_store.seals set signature = null, signed_by = null");
        (await Node.VerifySeals(Trusted)).Found.ShouldHaveSingleItem().Seal.ShouldBe(3);
    }

    [Fact]
    public async Task A_signature_vouches_for_the_seals_before_it_too()
    {
        await Node.Seal();
        await Node.Create();
        await Node.Seal(key: Key);

        (await Node.VerifySeals(Trusted)).Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unsigned_seal_between_signed_ones_is_named()
    {
        await Node.Seal(key: Key);
        await Node.Run("update event_store.seals set signature = null, signed_by = null where number = 2");

        var difference = (await Node.VerifySeals(Trusted)).Found.ShouldHaveSingleItem();

        (difference.Kind, difference.Seal).ShouldBe((DifferenceKind.SealNotSigned, 2));
    }

    [Fact]
    public async Task A_seal_that_names_another_key_than_the_one_that_signed_it_is_named()
    {
        await Node.Seal(key: Key);
        await Node.Run("update event_store.seals set signed_by = decode('00112233445566778899aabbccddeeff', 'hex') where number = 2");

        var difference = (await Node.VerifySeals(Trusted)).Found.ShouldHaveSingleItem();

        (difference.Kind, difference.Seal).ShouldBe((DifferenceKind.SealForged, 2));
    }

    [Fact]
    public async Task The_oldest_signatures_can_be_taken_away_and_the_next_one_vouches_for_their_seals_all_the_same()
    {
        await Node.Seal(key: Key);
        await Node.Run("update event_store.seals set signature = null, signed_by = null where number = 1");
        (await Node.VerifySeals(Trusted)).Found.ShouldBeEmpty();

        await Node.Run("update event_store.events set owner = 'mallory' where position = 2");
        await Forge(from: 1, to: 1);

        (await Node.VerifySeals(Trusted)).Found.ShouldContain(one => one.Kind == DifferenceKind.SealForged && one.Seal == 2);
    }

    [Fact]
    public void A_seal_that_comes_again_or_goes_back_is_said_to_and_none_is_called_gone()
    {
        var found = new List<Difference>();
        var chain = new SealChain(keys: null, head: null, found.Add);
        var seal = Seal.None with { Number = 1 };
        chain.Add(seal, isHashKnown: false);
        chain.Add(seal, isHashKnown: false);

        (found.ShouldHaveSingleItem().Kind, found[0].Says).ShouldBe((DifferenceKind.SealForged, "Seal 1 comes after seal 1."));
    }

    [Fact]
    public async Task A_log_without_seals_proves_nothing_and_contradicts_nothing()
    {
        await Node.LogShouldBeReadable();

        var (report, found) = await Node.VerifySeals();

        found.ShouldBeEmpty();
        (report.Events, report.Unsealed, report.Newest.Number).ShouldBe((10, 10, 0));
    }

    [Fact]
    public async Task Whoever_asks_for_signatures_is_told_that_events_have_not_one()
    {
        await Node.LogShouldBeReadable();
        (await Node.VerifySeals(Trusted)).Found.ShouldHaveSingleItem().Kind.ShouldBe(DifferenceKind.SealNotSigned);

        await Node.Run("delete from event_store.events");

        (await Node.VerifySeals(Trusted)).Found.ShouldBeEmpty();
    }

    async Task<SealHead> Head() => new(
        3, await Node.Ask<string>("select encode(hash, 'hex') from event_store.seals where number = 3"));

    /// <summary>Rewrites seals over the present rows, as an attacker does who knows how but has no key.</summary>
    async Task Forge(int from, int to)
    {
        var rows = await Node.ReadLog(row => (row.Position, Content: row.Content.ToArray()));
        await using var connection = await Node.Database.OpenConnectionAsync();
        var forged = Seal.None;
        for (var number = from; number <= to; number++)
        {
            using var run = new SealedRun();
            foreach (var (position, content) in rows.Skip((number - 1) * 4).Take(4))
                run.Add(position, content);
            var at = await Node.Ask<DateTime>($"select sealed_at from event_store.seals where number = {number}");
            forged = Seal.Over(run, forged, new DateTimeOffset(at), key: null);
            await using var update = new NpgsqlCommand(
                "update event_store.seals set previous = $2, digest = $3, hash = $4, entries = $5 where number = $1", connection);
            update.Parameters.Add(new NpgsqlParameter { Value = (long)number });
            foreach (var value in new[] { forged.Previous, forged.Digest, forged.Hash, forged.Entries })
                update.Parameters.Add(new NpgsqlParameter { Value = value.ToArray() });
            await update.ExecuteNonQueryAsync();
        }
    }
}
