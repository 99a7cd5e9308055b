using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>The database goes away while a file is read.</summary>
public sealed class PreparationFaultTests(TestPostgres postgres)
{
    const long Size = 512 * 1024 * 1024;

    [Fact]
    public async Task What_was_read_meanwhile_is_kept_when_the_database_is_back()
    {
        await using var forwarder = Forwarder.Before(await postgres.CreateDatabase(), out var connection);
        forwarder.Restore();
        await using var app = new SessionsApp(postgres) { ConnectionString = connection };
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("large", ("disk.bin", Size)));
        await ana.Prepare(id, "disk.bin");
        await ana.Await(id, "disk.bin", file => file.BytesTransferred() > 0);

        forwarder.Cut();
        await app.UntilRead("large");
        forwarder.Restore();

        (await ana.Await(id, "disk.bin"))[^1].Status().ShouldBe("PREPARED");
        (await app.Ask<long>("select count(*) from content.checksums")).ShouldBe(1);
    }

    [Fact]
    public async Task Once_it_is_recorded_nobody_is_told_that_nothing_was_changed()
    {
        await using var app = new SessionsApp(postgres);
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await app.Run("""
            alter table content.checksums rename to kept;
            create function content.refuse() returns boolean stable language plpgsql as
            $$ begin raise exception 'no memory' using errcode = '53200'; end $$;
            create view content.checksums as select * from content.kept where content.refuse();
            """);

        var answer = await ana.AskFor(id, "hello.txt");

        await answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
        (await answer.Json()).GetProperty("messages")[0].GetProperty("id").GetString()!.ShouldEndWith("outcome_unknown");
        (await app.Ask<long>("select count(*) from event_store.events where type = 'file_prepared'")).ShouldBe(1);
    }
}
