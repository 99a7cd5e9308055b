using System.Net;
using System.Net.Http.Headers;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Fixtures;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Tests.Api;

/// <summary>What the server answers to a valid data link.</summary>
public sealed class DownloadTests(DownloadApp app) : IClassFixture<DownloadApp>, IDisposable
{
    static readonly byte[] Content = DownloadApp.Bytes(300_000);

    readonly HttpClient client = new();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_file_comes_whole_without_a_login_and_with_its_length()
    {
        var (session, link) = await app.Share("disk.vmdk", Content);

        using var answer = await client.GetAsync(link);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe(Content.Length);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        answer.Headers.AcceptRanges.ShouldBe(["bytes"]);
        answer.Headers.ETag.ShouldNotBeNull().IsWeak.ShouldBeFalse();
        answer.Content.Headers.LastModified.ShouldNotBeNull();
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
        (await app.Await<FileTransferred>(session)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Headers_that_nobody_asked_for_change_nothing()
    {
        var (_, link) = await app.Share("disk.vmdk", Content);
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Add("vmware-api-session-id", "nobody");
        request.Headers.Add("Accept-Encoding", "gzip, br");
        request.Headers.Add("Accept", "application/xml");
        request.Headers.Add("Authorization", "Basic eDp5");

        using var answer = await client.SendAsync(request);

        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
    }

    [Fact]
    public async Task An_empty_file_is_transferred_whole()
    {
        var (session, link) = await app.Share("empty.txt", []);

        using var answer = await client.GetAsync(link);

        (answer.StatusCode, answer.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, 0));
        await app.Await<FileTransferred>(session);
        (await app.SessionAt(session)).IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("two words.iso")]
    [InlineData("100%.iso")]
    [InlineData("50%25.iso")]
    [InlineData("a%2Fb.iso")]
    [InlineData("a#b?c&d=e+f.txt")]
    [InlineData("\"it's\".txt")]
    [InlineData("größe-日本-💾.ova")]
    [InlineData("semi;colon,comma@at!.txt")]
    [InlineData("a..b")]
    [InlineData("{name}[0]|^`~.txt")]
    public async Task A_file_of_any_name_comes(string name)
    {
        var (_, link) = await app.Share(name, Content[..100]);

        (await client.GetByteArrayAsync(link)).ShouldBe(Content[..100]);
    }

    [Fact]
    public async Task HEAD_says_the_same_without_the_bytes_and_is_no_transfer()
    {
        var (session, link) = await app.Share("disk.vmdk", Content);
        using var get = await client.GetAsync(link);

        using var head = await client.SendAsync(new(HttpMethod.Head, link));

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(Content.Length);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        head.Headers.AcceptRanges.ShouldBe(["bytes"]);
        await app.Await<FileTransferred>(session);
        (await app.EventsOf(session)).Count(recorded => recorded.Event is TransferStarted).ShouldBe(1);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=100-199", 100, 200)]
    [InlineData("bytes=299999-", 299_999, 300_000)]
    [InlineData("bytes=-5", 299_995, 300_000)]
    [InlineData("bytes=200000-999999", 200_000, 300_000)]
    public async Task A_range_comes_as_it_is_asked_for(string range, int start, int end)
    {
        var (session, link) = await app.Share("disk.vmdk", Content);

        using var answer = await Get(link, ("Range", range));

        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        answer.Content.Headers.ContentLength.ShouldBe(end - start);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes {start}-{end - 1}/300000");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Content[start..end]);
        var transferred = (FileTransferred)(await app.Await<FileTransferred>(session)).Single().Event;
        transferred.Range.ShouldBe(new ByteRange(start, end));
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416_and_no_transfer()
    {
        var (session, link) = await app.Share("disk.vmdk", Content);

        using var answer = await Get(link, ("Range", "bytes=300000-"));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */300000");
        (await app.EventsOf(session)).ShouldNotContain(recorded => recorded.Event is TransferStarted);
    }

    [Fact]
    public async Task A_range_of_the_file_that_the_client_knows_is_the_range_and_of_another_the_whole()
    {
        var (_, link) = await app.Share("disk.vmdk", Content);
        using var head = await client.SendAsync(new(HttpMethod.Head, link));

        using var same = await Get(link, ("Range", "bytes=0-9"), ("If-Range", head.Headers.ETag!.ToString()));
        using var other = await Get(link, ("Range", "bytes=0-9"), ("If-Range", "\"another\""));

        same.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
    }

    [Theory]
    [InlineData("items=0-9", null)]
    [InlineData("bytesx=0-9", null)]
    [InlineData("bytes-of-mine=0-9", null)]
    [InlineData("bytes=0-9", "garbage")]
    public async Task A_range_of_something_else_or_on_a_condition_that_nobody_can_read_is_the_whole(string range, string? condition)
    {
        var (_, link) = await app.Share("disk.vmdk", Content);

        using var answer = await Get(link, condition is null ? [("Range", range)] : [("Range", range), ("If-Range", condition)]);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Content);
    }

    [Fact]
    public async Task A_file_that_the_client_has_is_not_sent_again()
    {
        var (session, link) = await app.Share("disk.vmdk", Content);
        using var head = await client.SendAsync(new(HttpMethod.Head, link));

        using var answer = await Get(link, ("If-None-Match", head.Headers.ETag!.ToString()));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await app.EventsOf(session)).ShouldNotContain(recorded => recorded.Event is TransferStarted);
    }

    [Fact]
    public async Task Another_file_under_the_same_name_has_another_tag()
    {
        var item = app.AddItem(("disk.vmdk", Content));
        var before = await TagOf(item);
        File.SetLastWriteTimeUtc(app.PathOf(item, "disk.vmdk"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        app.Library.Rescan();

        (await TagOf(app.Library.Current.Item(item.Id)!)).ShouldNotBe(before);
    }

    /// <summary>The link is valid, and the disk may be able to read the file the next time.</summary>
    [Fact]
    public async Task A_file_that_the_disk_does_not_give_out_now_is_for_later()
    {
        var item = app.AddItem(("disk.vmdk", Content));
        var session = await app.Begin(item);
        var link = await app.Link(session, "disk.vmdk");
        await using (new FileStream(app.PathOf(item, "disk.vmdk"), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            using var answer = await client.GetAsync(link);

            await answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE");
            answer.Headers.RetryAfter.ShouldNotBeNull();
            (await app.EventsOf(session)).ShouldNotContain(recorded => recorded.Event is TransferStarted);
        }

        (await client.GetByteArrayAsync(link)).ShouldBe(Content);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    public async Task Another_method_is_405_and_is_told_which_there_are(string method)
    {
        var (_, link) = await app.Share("disk.vmdk", Content);

        using var answer = await client.SendAsync(new(new HttpMethod(method), link));

        await answer.ShouldBe(HttpStatusCode.MethodNotAllowed, "OPERATION_NOT_FOUND");
        answer.Content.Headers.Allow.ShouldBe(["GET", "HEAD"]);
    }

    async Task<EntityTagHeaderValue> TagOf(Item item)
    {
        using var head = await client.SendAsync(new(HttpMethod.Head, await app.Link(await app.Begin(item), "disk.vmdk")));
        return head.Headers.ETag.ShouldNotBeNull();
    }

    async Task<HttpResponseMessage> Get(Uri link, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await client.SendAsync(request);
    }
}
