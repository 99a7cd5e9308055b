using Sessions.Domain;
using Sessions.Projections.Exports;
using Sessions.Storage;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

/// <summary>What an import adds to a database, and what it refuses.</summary>
public sealed class ImportTests(TestPostgres postgres) : IAsyncLifetime
{
    ExportedStore exported = null!;

    public async ValueTask InitializeAsync() => exported = await ExportedStore.Begin(postgres);

    public ValueTask DisposeAsync() => exported.DisposeAsync();

    [Fact]
    public async Task Imported_into_an_empty_database_everything_is_the_same()
    {
        await using var lapsing = new Node(exported.Node.ConnectionString, StoreSentences.OverAtOnce);
        await lapsing.Create();
        await lapsing.Schedule.RunUntilDone();
        await exported.Export();
        await using var other = new Node(await postgres.CreateDatabase());

        (await exported.Import(other)).ShouldBe(13);

        foreach (var rows in new[]
        {
            "select string_agg(concat_ws(' ', recorded_at, stream_id, command_id, version, schema, owner, type, data, metadata), '|' order by epoch, transaction_id, position) from event_store.events",
            "select string_agg(concat_ws(' ', stream_id, owner, version, snapshot_schema, snapshot, origin, client_token), '|' order by stream_id) from event_store.streams",
            // Due times may be later than in the original, where a renewal leaves its message alone: an import adds the
            // creation and the renewal at once.
            "select string_agg(concat_ws(' ', stream_id, owner, kind, attempts), '|' order by stream_id) from event_store.scheduled_messages",
            "select string_agg(session_list::text, '|' order by owner, session_id) from read_models.session_list",
        })
        {
            (await other.Ask<string>(rows)).ShouldBe(await exported.Node.Ask<string>(rows));
        }

        (await other.VerifyReplay()).ShouldBeEmpty();
        await other.ShouldBeSound();
        await other.Seal();
        (await other.VerifySeals()).Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Imported_twice_it_is_refused_and_nothing_changes()
    {
        await exported.Export();
        await using var other = new Node(await postgres.CreateDatabase());
        await exported.Import(other);

        (await Should.ThrowAsync<InvalidOperationException>(() => exported.Import(other))).Message.ShouldContain("already exists");

        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(11);
    }

    /// <summary>
    /// Another server may have continued the session meanwhile, so a later event of the original must not be added.
    /// </summary>
    [Fact]
    public async Task What_became_of_a_session_later_is_not_added_to_it()
    {
        await exported.Export();
        await using var other = new Node(await postgres.CreateDatabase());
        await exported.Import(other);
        var living = await exported.Node.Create();
        var half = await exported.Node.Ask<DateTime>("select max(recorded_at) from event_store.events");
        await exported.Export(new ExportFilter(Session: living.Id.Value));
        await exported.Import(other);
        (await exported.Node.Send(living, new SessionCommand.Delete())).ShouldBeAccepted();
        (await exported.Export(new ExportFilter(Session: living.Id.Value, From: new DateTimeOffset(half).AddTicks(10)))).Count.ShouldBe(1);

        (await Should.ThrowAsync<InvalidOperationException>(() => exported.Import(other))).Message.ShouldContain("already exists");

        (await other.EventsOf(living)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_file_that_is_not_whole_nothing_is_imported()
    {
        await exported.Export();
        await exported.Edit(lines => lines.RemoveAt(9));
        await using var other = new Node(await postgres.CreateDatabase());

        (await Should.ThrowAsync<FormatException>(() => exported.Import(other))).Message.ShouldContain("its manifest says 3");

        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(0);
    }

    [Fact]
    public async Task A_masked_file_can_be_imported_too()
    {
        await exported.Export(isMasked: true);
        await using var other = new Node(await postgres.CreateDatabase());

        await exported.Import(other);

        (await other.VerifyReplay()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Beside_the_same_sessions_of_other_owners_it_is_refused()
    {
        await exported.Export(isMasked: true);

        (await Should.ThrowAsync<InvalidOperationException>(() => exported.Import(exported.Node))).Message.ShouldContain("already exists, with another owner");

        (await exported.Node.Ask<long>("select count(*) from event_store.events")).ShouldBe(11);
    }

    [Theory]
    [InlineData("update event_store.streams set snapshot_schema = 9")]
    [InlineData("update event_store.streams set snapshot = '[1]'")]
    public async Task Sessions_are_there_already_whatever_their_rows_are(string damage)
    {
        await exported.Export();
        await exported.Node.Run(damage);

        (await Should.ThrowAsync<InvalidOperationException>(() => exported.Import(exported.Node))).Message.ShouldContain("already exists");
    }

    [Fact]
    public async Task Beside_a_session_with_the_same_client_token_it_is_refused_and_that_is_said()
    {
        var token = Guid.CreateVersion7();
        await exported.Node.Create("dee", token);
        await exported.Export();
        await using var other = new Node(await postgres.CreateDatabase());
        await other.Create("dee", token);

        (await Should.ThrowAsync<InvalidOperationException>(() => exported.Import(other))).Message
            .ShouldContain("or an owner has another session with the same client token");

        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_at_once_one_is_refused()
    {
        await exported.Export();
        await using var other = new Node(await postgres.CreateDatabase());

        var refusals = await Task.WhenAll(Refusal(), Refusal());

        refusals.Count(refusal => refusal is null).ShouldBe(1);
        refusals.OfType<InvalidOperationException>().ShouldHaveSingleItem();
        (await other.Ask<long>("select count(*) from event_store.events")).ShouldBe(11);

        async Task<Exception?> Refusal() => await Xunit.Record.ExceptionAsync(() => exported.Import(other));
    }
}
