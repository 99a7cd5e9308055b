using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Record;

public sealed class EventLineTests
{
    static readonly LoggedEvent Sample = Event();

    static readonly Gen<string> Text = Gen.Elements(
            "a", " ", "\"", "\\", "/", "<", "{", "}", "\n", "\r\n", "\u0001", "\u007f", "\u2028", "é", "e\u0301", "管", "😀")
        .ArrayOf().Select(string.Concat);

    static readonly Gen<string> Space = Gen.Elements("", "", "", " ", "\t", "\n", "\r\n");

    static readonly Gen<string> Value = Gen.OneOf(
        Text.Select(text => JsonSerializer.Serialize(text)),
        Gen.Elements(
            "1", "-0.0e+7", "12345678901234567890123", "null", "true", "{}", "[ 1,\t{\"a\":2} ]", "\"é \\u00e9 \\/\"", "\"😀 \\ud83d\\ude00 \\ud800\""));

    static readonly Gen<string> Member =
        from name in Gen.Elements("a", "b", "b", "größer", "\\u0062")
        from space in Space
        from value in Value
        select $"\"{name}\"{space}:{value}{space}";

    /// <summary>JSON as PostgreSQL stores it in a column of type json: with spaces and duplicate names.</summary>
    static readonly Gen<string> Json = Gen.OneOf(
        Value,
        from members in Member.ArrayOf()
        from before in Space
        from after in Space
        select $"{before}{{{after}{string.Join(',', members)}}}{after}");

    static readonly Gen<LoggedEvent> AnyEvent =
        from owner in Text
        from type in Text
        from data in Json
        from metadata in Json
        from number in Gen.Choose(1, int.MaxValue)
        from days in Gen.Choose(-719_000, 2_900_000)
        select Event(
            DateTimeOffset.UnixEpoch.AddDays(days).AddTicks(number * TimeSpan.TicksPerMicrosecond), owner,
            new Guid(number, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]), number, new Guid(days, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]),
            type, (short)number, data, metadata, new LogPosition(number, (ulong)number << 32, long.MaxValue - number));

    [Fact]
    public void A_line_has_every_column_by_its_name_and_the_hash() =>
        Line(Sample).ShouldBe("""
            {"epoch":2,"transaction_id":745,"position":12,"recorded_at":"2026-11-24T15:47:48.127875Z","stream_id":"01a20e3d-e900-7311-9abb-3d2b0e307bec","owner":"ana","version":3,"command_id":"01a20e3d-e901-7311-9abb-3d2b0e307bec","type":"session_failed","schema":1,"data":{"message":"disk full"},"metadata":{"actor":"ana","origin":"api fail"},"hash":"
            """.Trim() + Convert.ToHexStringLower(EventContent.Hash(Sample)) + "\"}");

    [Fact]
    public void What_is_read_back_is_what_was_written() =>
        Seeded.ForAll(2_000, AnyEvent, stored =>
        {
            var line = Line(stored);
            var (read, hash) = EventLine.Read(Encoding.UTF8.GetBytes(line));

            line.ShouldNotContain('\n');
            read.Content.ToArray().ShouldBe(stored.Content.ToArray());
            read.Position.ShouldBe(stored.Position);
            hash.ShouldBe(Convert.ToHexStringLower(EventContent.Hash(stored)));
        });

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
            // The same characters, divided differently: the hash covers the lengths too.
            Event(owner: "anas", type: "ession_failed"),
        ];

        events.Select(logged => Convert.ToHexString(EventContent.Hash(logged))).ShouldBeUnique();
    }

    static LoggedEvent Event(
        DateTimeOffset? at = null, string owner = "ana", Guid? stream = null, int version = 3, Guid? command = null,
        string type = "session_failed", short schema = 1, string data = """{"message":"disk full"}""",
        string metadata = """{"actor":"ana","origin":"api fail"}""", LogPosition? position = null) =>
        new(
            position ?? new LogPosition(2, 745, 12),
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
