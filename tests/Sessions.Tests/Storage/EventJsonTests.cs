using System.Text;
using System.Text.Json.Nodes;
using Sessions.Domain;
using Sessions.Storage.Log;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Storage;

/// <summary>
/// The stored format. Databases contain these literals: if a test here fails, old streams can no longer be read. Fix
/// the code, or raise the schema, write an upcast and add a row.
/// </summary>
public class EventJsonTests
{
    static readonly DateTimeOffset Noon = new(2031, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Guid Id = Guid.Parse("aaaaaaaa-0000-4000-8000-000000000001");

    static readonly PinnedItem Item = new(Id, "7", [new PinnedFile("disk.vmdk", 1000, Noon.AddTicks(-1234567))]);

    /// <summary>Data that no version of this program writes, but a manual change may leave.</summary>
    [Theory]
    [InlineData("session_created", """{"x":1}""")]
    [InlineData("session_created", """{"owner":null,"item":{"itemId":"aaaaaaaa-0000-4000-8000-000000000001","contentVersion":"7","files":[]},"expiresAt":"2031-03-01T12:00:00Z"}""")]
    [InlineData("session_created", """{"owner":"ana","item":null,"expiresAt":"2031-03-01T12:00:00Z"}""")]
    [InlineData("session_created", """{"owner":"ana","item":{"itemId":"aaaaaaaa-0000-4000-8000-000000000001","contentVersion":"7"},"expiresAt":"2031-03-01T12:00:00Z"}""")]
    [InlineData("session_created", """{"owner":"ana","item":{"itemId":"aaaaaaaa-0000-4000-8000-000000000001","contentVersion":"7","files":[]}}""")]
    [InlineData("session_kept_alive", "{}")]
    [InlineData("session_kept_alive", "null")]
    [InlineData("session_kept_alive", "[]")]
    [InlineData("file_prepared", """{"fileName":"a.ovf","endpoint":0}""")]
    [InlineData("file_prepared", """{"fileName":"a.ovf","endpoint":"Ftp"}""")]
    [InlineData("file_transferred", """{"transferId":"aaaaaaaa-0000-4000-8000-000000000001","fileName":"a.ovf","range":{"start":0}}""")]
    [InlineData("session_failed", """{"message":null}""")]
    [InlineData("session_expired", """{"reason":9,"lastActiveAt":"2031-03-01T12:00:00Z"}""")]
    [InlineData("session_deleted", """{"by":"ana"}""")]
    public void What_was_damaged_is_not_taken_for_an_event(string name, string data) =>
        Should.Throw<System.Text.Json.JsonException>(() => EventJson.Current.Read(name, 1, Encoding.UTF8.GetBytes(data), Noon));

    /// <summary>One row for each event and each of its optional members.</summary>
    public static TheoryData<string, SessionEvent, string> Stored => new()
    {
        {
            "session_created",
            new SessionCreated("ana", Item, Noon, ClientToken: Id, MayReadStorage: true),
            """
            {"owner":"ana","item":{"itemId":"aaaaaaaa-0000-4000-8000-000000000001","contentVersion":"7","files":[{"name":"disk.vmdk","size":1000,"modifiedAt":"2031-03-01T11:59:59.8765433Z"}]},"expiresAt":"2031-03-01T12:00:00Z","clientToken":"aaaaaaaa-0000-4000-8000-000000000001","mayReadStorage":true}
            """
        },
        {
            "session_created",
            new SessionCreated("ana", Item with { Files = [] }, Noon),
            """
            {"owner":"ana","item":{"itemId":"aaaaaaaa-0000-4000-8000-000000000001","contentVersion":"7","files":[]},"expiresAt":"2031-03-01T12:00:00Z","mayReadStorage":false}
            """
        },
        { "session_kept_alive", new SessionKeptAlive(Noon), """{"expiresAt":"2031-03-01T12:00:00Z"}""" },
        { "session_kept_alive", new SessionKeptAlive(Noon, 40), """{"expiresAt":"2031-03-01T12:00:00Z","progress":40}""" },
        { "file_prepared", new FilePrepared("a.ovf", EndpointType.Https), """{"fileName":"a.ovf","endpoint":"Https"}""" },
        { "file_prepared", new FilePrepared("a.ovf", EndpointType.Direct), """{"fileName":"a.ovf","endpoint":"Direct"}""" },
        {
            "transfer_started",
            new TransferStarted(Id, "a.ovf", new ByteRange(5, 9)),
            """{"transferId":"aaaaaaaa-0000-4000-8000-000000000001","fileName":"a.ovf","range":{"start":5,"end":9}}"""
        },
        {
            "file_transferred",
            new FileTransferred(Id, "a.ovf", new ByteRange(0, 5_000_000_000), TimeSpan.FromMilliseconds(1500)),
            """
            {"transferId":"aaaaaaaa-0000-4000-8000-000000000001","fileName":"a.ovf","range":{"start":0,"end":5000000000},"duration":"00:00:01.5000000"}
            """
        },
        {
            "transfer_aborted",
            new TransferAborted(Id, "a.ovf", new ByteRange(0, 5), TimeSpan.FromDays(2)),
            """
            {"transferId":"aaaaaaaa-0000-4000-8000-000000000001","fileName":"a.ovf","range":{"start":0,"end":5},"duration":"2.00:00:00"}
            """
        },
        { "session_canceled", new SessionCanceled(), "{}" },
        { "session_failed", new SessionFailed("disk full"), """{"message":"disk full"}""" },
        {
            "session_expired",
            new SessionExpired(ExpiryReason.Idle, Noon),
            """{"reason":"Idle","lastActiveAt":"2031-03-01T12:00:00Z"}"""
        },
        {
            "session_expired",
            new SessionExpired(ExpiryReason.Complete, Noon),
            """{"reason":"Complete","lastActiveAt":"2031-03-01T12:00:00Z"}"""
        },
        {
            "session_expired",
            new SessionExpired(ExpiryReason.Lifetime, Noon),
            """{"reason":"Lifetime","lastActiveAt":"2031-03-01T12:00:00Z"}"""
        },
        { "session_deleted", new SessionDeleted(DeletionReason.Requested, "ana"), """{"by":"ana","reason":"Requested"}""" },
        { "session_deleted", new SessionDeleted(DeletionReason.Retention), """{"reason":"Retention"}""" },
    };

    [Theory]
    [MemberData(nameof(Stored))]
    public void What_was_stored_can_be_read(string name, SessionEvent expected, string json) =>
        EventJson.Current.Read(name, 1, Utf8(json), Noon).ShouldBe(expected with { At = Noon });

    [Theory]
    [MemberData(nameof(Stored))]
    public void What_is_stored_stays_as_it_was(string name, SessionEvent written, string json)
    {
        var (type, data) = EventJson.Write(written with { At = Noon });

        (type.Name, type.Schema).ShouldBe((name, (short)1));
        Encoding.UTF8.GetString(data).ShouldBe(json.Trim());
    }

    [Fact]
    public void Every_event_has_a_name_and_a_stored_form()
    {
        var events = typeof(SessionEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(SessionEvent))).ToList();

        EventJson.Types.Keys.ShouldBe(events, ignoreOrder: true);
        Stored.Select(row => row.Data.Item2.GetType()).Distinct().ShouldBe(events, ignoreOrder: true);
    }

    [Fact]
    public void Words_of_all_languages_come_back_as_they_were()
    {
        var failed = new SessionFailed("диск \"voll\" 💾 \0 \\ \n ' \u2028") { At = Noon };

        EventJson.Current.Read("session_failed", 1, EventJson.Write(failed).Data, Noon).ShouldBe(failed);
    }

    [Fact]
    public void A_member_that_a_newer_program_added_is_passed_over() =>
        EventJson.Current.Read("session_failed", 1, Utf8("""{"message":"disk full","since":{"later":1}}"""), Noon)
            .ShouldBe(new SessionFailed("disk full") { At = Noon });

    [Theory]
    [InlineData("session_moved", 1)]
    [InlineData("session_failed", 2)]
    [InlineData("SESSION_FAILED", 1)]
    public void An_event_of_a_newer_program_is_not_guessed_at(string name, short schema) =>
        Should.Throw<NotSupportedException>(() => EventJson.Current.Read(name, schema, Utf8("{}"), Noon))
            .Message.ShouldContain(name);

    [Theory]
    [InlineData(1, """{"reason":"full"}""")]
    [InlineData(2, """{"text":"disk full"}""")]
    [InlineData(3, """{"message":"disk full"}""")]
    public void Old_schemas_are_raised_step_by_step(short schema, string json)
    {
        var format = Format(
            new Upcast("session_failed", 1, data => data["text"] = "disk " + Take(data, "reason")),
            new Upcast("session_failed", 2, data => data["message"] = Take(data, "text")));

        format.Read("session_failed", schema, Utf8(json), Noon).ShouldBe(new SessionFailed("disk full") { At = Noon });
    }

    [Fact]
    public void A_step_that_is_missing_is_named() =>
        Should.Throw<NotSupportedException>(() => Format(new Upcast("session_failed", 2, _ => { }))
                .Read("session_failed", 1, Utf8("{}"), Noon))
            .Message.ShouldBe("The event session_failed has no upcast from schema 1.");

    static EventJson Format(params Upcast[] upcasts) =>
        new([new EventType("session_failed", 3, EventJson.Types[typeof(SessionFailed)].Json)], upcasts);

    static string Take(JsonObject data, string member)
    {
        var value = data[member]!.GetValue<string>();
        data.Remove(member);
        return value;
    }

    static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);
}
