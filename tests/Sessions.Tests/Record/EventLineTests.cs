using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Tests.Record;

public sealed class EventLineTests
{
    static readonly StoredEvent Sample = new(
        new LogPosition(2, 745, 12),
        new DateTimeOffset(2026, 11, 24, 15, 47, 48, TimeSpan.Zero).AddTicks(1278750),
        new SessionAddress(new SessionId(Guid.Parse("01a20e3d-e900-7311-9abb-3d2b0e307bec")), "ana"),
        3,
        Guid.Parse("01a20e3d-e901-7311-9abb-3d2b0e307bec"),
        "session_failed",
        1,
        Encoding.UTF8.GetBytes("""{"message":"disk full"}"""),
        Encoding.UTF8.GetBytes("""{"actor":"ana","origin":"api fail"}"""));

    [Fact]
    public void A_line_has_every_column_by_its_name_and_the_hash() =>
        Line(Sample).ShouldBe("""
            {"epoch":2,"transaction_id":745,"position":12,"recorded_at":"2026-11-24T15:47:48.127875Z","stream_id":"01a20e3d-e900-7311-9abb-3d2b0e307bec","owner":"ana","version":3,"command_id":"01a20e3d-e901-7311-9abb-3d2b0e307bec","type":"session_failed","schema":1,"data":{"message":"disk full"},"metadata":{"actor":"ana","origin":"api fail"},"hash":"
            """.Trim() + Convert.ToHexStringLower(Sample.Hash()) + "\"}");

    [Fact]
    public void What_is_read_back_is_what_was_written() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<long>(), (text, number) =>
        {
            var stored = Sample with
            {
                Address = Sample.Address with { Owner = text.Get.Replace("\0", "", StringComparison.Ordinal) },
                RecordedAt = DateTimeOffset.UnixEpoch.AddTicks(Math.Abs(number % 1_000_000_000_000) * TimeSpan.TicksPerMicrosecond),
            };
            if (stored.Address.Owner.Any(char.IsSurrogate))
                return;
            var (read, hash) = EventLine.Read(Encoding.UTF8.GetBytes(Line(stored)));
            read.Hash().ShouldBe(stored.Hash());
            read.Position.ShouldBe(stored.Position);
            hash.ShouldBe(Convert.ToHexStringLower(stored.Hash()));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{ "message" :  "spaces stay", "n": 1.0e0, "n": 2 }""")]
    [InlineData("{\n  \"message\": \"on\\nlines\"\r\n}")]
    [InlineData("""{"message":"é \u00e9 \ud83d\ude00 😀"}""")]
    public void Data_stays_byte_for_byte(string data)
    {
        var stored = Sample with { Data = Encoding.UTF8.GetBytes(data) };
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
        var another = new StoredEvent[]
        {
            Sample with { RecordedAt = Sample.RecordedAt.AddTicks(10) },
            Sample with { Address = Sample.Address with { Owner = "anb" } },
            Sample with { Address = Sample.Address with { Id = new SessionId(Guid.Empty) } },
            Sample with { Version = 4 },
            Sample with { CommandId = Guid.Empty },
            Sample with { Type = "session_Failed" },
            Sample with { Schema = 2 },
            Sample with { Data = Encoding.UTF8.GetBytes("""{"message": "disk full"}""") },
            Sample with { Metadata = Encoding.UTF8.GetBytes("""{"actor":"bo","origin":"api fail"}""") },
            // The same characters, cut elsewhere: lengths are part of what is hashed.
            Sample with { Address = Sample.Address with { Owner = "anas" }, Type = "ession_failed" },
        };

        another.Append(Sample).Select(stored => Convert.ToHexString(stored.Hash())).ShouldBeUnique();
    }

    static string Line(StoredEvent stored)
    {
        var line = new ArrayBufferWriter<byte>();
        EventLine.Write(line, stored);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }
}
