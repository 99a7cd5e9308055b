using System.Security.Cryptography;
using Npgsql;
using Sessions.Domain;
using Sessions.Storage;
using Sessions.Storage.Commands;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

public sealed class ChecksumsTests(TestPostgres postgres) : IAsyncLifetime
{
    static readonly byte[] Sum = SHA256.HashData("some bytes"u8);

    static readonly FileVersion Version = new(
        NodeSentences.Item.ItemId,
        new PinnedFile("disk é.bin", 1L << 40, DateTimeOffset.UnixEpoch.AddTicks(TimeSpan.TicksPerMicrosecond)));

    NpgsqlDataSource database = null!;
    Checksums checksums = null!;
    Checksums other = null!;

    public async ValueTask InitializeAsync()
    {
        database = Database.Open(await postgres.CreateDatabase());
        checksums = new Checksums(database, new CommandOptions());
        other = new Checksums(database, new CommandOptions());
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await checksums.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task What_nobody_has_computed_is_not_known()
    {
        (await Find(checksums, Version)).ShouldBe([null]);
        (await Find(checksums)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_node_keeps_every_node_finds()
    {
        await Keep(checksums, Version, Sum);

        (await Find(checksums, Version)).ShouldBe([Sum]);
        (await Find(other, Version)).ShouldBe([Sum]);
    }

    public static TheoryData<string, FileVersion> Others => new()
    {
        { "another item", Version with { ItemId = StoreSentences.AnotherItem.ItemId } },
        { "another name", Version with { File = Version.File with { Name = "disk e.bin" } } },
        { "another size", Version with { File = Version.File with { Size = Version.File.Size + 1 } } },
        { "another time", Version with { File = Version.File with { ModifiedAt = DateTimeOffset.UnixEpoch } } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Another_version_has_another_checksum(string difference, FileVersion another)
    {
        await Keep(checksums, Version, Sum);

        (await Find(other, another)).ShouldBe([null], difference);
    }

    [Fact]
    public async Task Each_is_found_in_its_place()
    {
        var versions = Others.Select(row => row.Data.Item2).ToArray();
        await Keep(checksums, versions[1], Sum);
        await Keep(checksums, versions[3], SHA256.HashData("others"u8));

        (await Find(other, versions)).ShouldBe([null, Sum, null, SHA256.HashData("others"u8)]);
        (await Find(other, [.. versions.Reverse()])).ShouldBe([SHA256.HashData("others"u8), null, Sum, null]);
    }

    [Fact]
    public async Task Many_who_ask_at_the_same_time_each_get_their_own()
    {
        var versions = Enumerable.Range(0, 50).Select(i => Version with { File = Version.File with { Size = i } }).ToArray();
        foreach (var version in versions)
            await Keep(checksums, version, SumOf(version));

        var asked = Enumerable.Range(0, 50).Select(i => versions[..i]).ToArray();
        var found = await Task.WhenAll(asked.Select(one => Find(other, one)));

        for (var i = 0; i < found.Length; i++)
            found[i].ShouldBe(asked[i].Select(SumOf));
    }

    [Fact]
    public async Task Nodes_that_have_read_the_same_at_the_same_time_all_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Keep(i % 2 == 0 ? checksums : other, Version, Sum)));

        (await Ask("select count(*) from content.checksums")).ShouldBe(1L);
    }

    [Fact]
    public async Task What_was_found_is_remembered_and_what_was_not_is_asked_for_again()
    {
        (await Find(other, Version)).ShouldBe([null]);
        await Keep(checksums, Version, Sum);
        (await Find(other, Version)).ShouldBe([Sum]);
        await Ask("delete from content.checksums");

        (await Find(other, Version)).ShouldBe([Sum]);
        (await Find(checksums, Version)).ShouldBe([null]);
    }

    static byte[] SumOf(FileVersion version) => SHA256.HashData(BitConverter.GetBytes(version.File.Size));

    static Task Keep(Checksums node, FileVersion version, byte[] sum) => node.Keep(version, sum);

    static Task<byte[]?[]> Find(Checksums node, params FileVersion[] versions) =>
        node.Find(versions).AsTask();

    async Task<object?> Ask(string statement)
    {
        await using var command = database.CreateCommand(statement);
        return await command.ExecuteScalarAsync();
    }
}
