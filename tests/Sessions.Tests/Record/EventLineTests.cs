using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Domain;
using Sessions.Storage.Log;

namespace Sessions.Tests.Record;

public sealed class EventLineTests
{
    static readonly LoggedEvent Sample = Event();

    [Fact]
    public void A_line_has_every_column_by_its_name_and_the_hash() =>
        Line(Sample).ShouldBe("""
            {"epoch":2,"transaction_id":745,"position":12,"recorded_at":"2026-11-24T15:47:48.127875Z","stream_id":"01a20e3d-e900-7311-9abb-3d2b0e307bec","owner":"ana","version":3,"command_id":"01a20e3d-e901-7311-9abb-3d2b0e307bec","type":"session_failed","schema":1,"data":{"message":"disk full"},"metadata":{"actor":"ana","origin":"api fail"},"hash":"
            """.Trim() + Convert.ToHexStringLower(EventContent.Hash(Sample)) + "\"}");

    [Fact]
    public void What_is_read_back_is_what_was_written() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<long>(), (text, number) =>
        {
            var owner = text.Get.Replace("\0", "", StringComparison.Ordinal);
            if (owner.Any(char.IsSurrogate))
                return;
            var stored = Event(
                owner: owner,
                at: DateTimeOffset.UnixEpoch.AddTicks(Math.Abs(number % 1_000_000_000_000) * TimeSpan.TicksPerMicrosecond));
            var (read, hash) = EventLine.Read(Encoding.UTF8.GetBytes(Line(stored)));
            EventContent.Hash(read).ShouldBe(EventContent.Hash(stored));
            read.Position.ShouldBe(stored.Position);
            hash.ShouldBe(Convert.ToHexStringLower(EventContent.Hash(stored)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{ "message" :  "spaces stay", "n": 1.0e0, "n": 2 }""")]
    [InlineData("{\n  \"message\": \"on\\nlines\"\r\n}")]
    [InlineData(" {} ")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("""{"message":"é \u00e9 \ud83d\ude00 😀"}""")]
    public void Data_stays_byte_for_byte(string data)
    {
        var stored = Event(data: data);
        var line = Line(stored);

        line.ShouldNotContain('\n');
        Encoding.UTF8.GetString(EventLine.Read(Encoding.UTF8.GetBytes(line)).Event.Data.Span).ShouldBe(data);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"epoch":"one"}""")]
    public void What_is_no_event_is_told_so(string line) =>
        Should.Throw<FormatException>(() => EventLine.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Every_column_changes_the_hash()
    {
        LoggedEvent[] events =
        [
            Sample,
            Event(at: Sample.At.AddTicks(10)),
            Event(owner: "anb"),
            Event(stream: Guid.Empty),
            Event(version: 4),
            Event(command: Guid.Empty),
            Event(type: "session_Failed"),
            Event(schema: 2),
            Event(data: """{"message": "disk full"}"""),
            Event(metadata: """{"actor":"bo","origin":"api fail"}"""),
            // The same characters, cut elsewhere: lengths are part of what is hashed.
            Event(owner: "anas", type: "ession_failed"),
        ];

        events.Select(logged => Convert.ToHexString(EventContent.Hash(logged))).ShouldBeUnique();
    }

    static LoggedEvent Event(
        DateTimeOffset? at = null, string owner = "ana", Guid? stream = null, int version = 3, Guid? command = null,
        string type = "session_failed", short schema = 1, string data = """{"message":"disk full"}""",
        string metadata = """{"actor":"ana","origin":"api fail"}""") =>
        new(
            new LogPosition(2, 745, 12),
            new SessionAddress(new SessionId(stream ?? Guid.Parse("01a20e3d-e900-7311-9abb-3d2b0e307bec")), owner),
            version,
            at ?? new DateTimeOffset(2026, 11, 24, 15, 47, 48, TimeSpan.Zero).AddTicks(1278750),
            command ?? Guid.Parse("01a20e3d-e901-7311-9abb-3d2b0e307bec"),
            type, schema, Encoding.UTF8.GetBytes(data), Encoding.UTF8.GetBytes(metadata));

    static string Line(LoggedEvent logged)
    {
        var line = new ArrayBufferWriter<byte>();
        EventLine.Write(line, logged);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
