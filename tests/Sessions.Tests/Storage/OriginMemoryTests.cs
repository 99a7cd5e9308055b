using System.Text.Json;
using Sessions.Domain;
using Sessions.Storage.Log;
using Sessions.Storage.Streams;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary>Which origins are parsed once for many sessions.</summary>
public sealed class OriginMemoryTests
{
    readonly OriginMemory memory = new();
    readonly SessionOrigin origin = new("ana", NodeSentences.Item, ClientToken: null, MayReadStorage: false);

    [Fact]
    public void The_same_bytes_are_read_once() => IsRemembered(origin).ShouldBeTrue();

    [Fact]
    public void One_with_a_client_token_is_no_other_session_s_and_takes_no_place() =>
        IsRemembered(origin with { ClientToken = Guid.CreateVersion7() }).ShouldBeFalse();

    [Fact]
    public void A_large_one_is_not_kept()
    {
        var files = Enumerable.Range(0, 300).Select(i => new PinnedFile($"a file of this item with number {i}", i, DateTimeOffset.UnixEpoch));

        IsRemembered(origin with { Item = origin.Item with { Files = [.. files] } }).ShouldBeFalse();
    }

    bool IsRemembered(SessionOrigin origin)
    {
        byte[] Stored() => JsonSerializer.SerializeToUtf8Bytes(origin, EventJsonContext.Default.SessionOrigin);
        var first = memory.Read(Stored());
        first.ShouldBe(origin);
        return ReferenceEquals(memory.Read(Stored()), first);
    }
}
