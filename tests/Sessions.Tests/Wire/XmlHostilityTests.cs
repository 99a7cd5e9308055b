using System.Net;
using System.Text;
using System.Xml.Linq;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>Malicious XML, or a body that is not XML: the server refuses it, in XML, and nothing changes.</summary>
public sealed class XmlHostilityTests(SessionsApp app) : IClassFixture<SessionsApp>, IAsyncLifetime
{
    const string Base = "/com/vmware/content/library/item/download-session";

    HttpClient ana = null!;
    string id = "";

    public async ValueTask InitializeAsync()
    {
        ana = await app.ClientOf("ana");
        id = await ana.CreateSession(app.ItemId);
    }

    public async ValueTask DisposeAsync()
    {
        (await ana.Session(id)).Progress().ShouldBe(0);
        ana.Dispose();
    }

    [Theory]
    [InlineData("""<!DOCTYPE a><a><progress>1</progress></a>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a><progress>1</progress></a>""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY b "1">]><a><progress>&b;</progress></a>""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a><progress>&b;</progress></a>""")]
    [InlineData("""<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/hostname">%b;]><a><progress>1</progress></a>""")]
    [InlineData("""
        <!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
        <a><progress>&c;</progress></a>
        """)]
    public Task A_document_type_is_refused_whatever_it_says(string xml) => ShouldBeMalformed(xml);

    [Theory]
    [InlineData("<a><progress>&unknown;</progress></a>")]
    [InlineData("<a><progress>&#0;</progress></a>")]
    [InlineData("<a><progress>&#xD800;</progress></a>")]
    [InlineData("<a><progress>\u0001</progress></a>")]
    [InlineData("<a><progress>1</progress></a><a/>")]
    [InlineData("<a><progress>1</progress></a>more")]
    [InlineData("<a><progress>1</a></progress>")]
    [InlineData("<a b=1><progress>1</progress></a>")]
    [InlineData("<ns0:a><progress>1</progress></ns0:a>")]
    [InlineData("<a><progress>1</progress>")]
    [InlineData("<?xml version=\"2.0\"?><a><progress>1</progress></a>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"nonsense\"?><a><progress>1</progress></a>")]
    [InlineData(" <?xml version=\"1.0\"?><a><progress>1</progress></a>")]
    [InlineData("{\"progress\":1}")]
    [InlineData(" ")]
    public Task What_is_not_well_formed_is_refused(string xml) => ShouldBeMalformed(xml);

    [Theory]
    [InlineData(70)]
    [InlineData(100_000)]
    public Task A_document_that_is_too_deep_is_refused(int depth) =>
        ShouldBeMalformed($"<a>{Nested(depth)}</a>");

    /// <summary>The server reads a document just shallow enough, and refuses one just too deep.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("<b-array/>")]
    [InlineData("<b-array>1</b-array>")]
    public async Task At_no_depth_does_the_server_stumble(string leaf)
    {
        for (var depth = 50; depth < 80; depth++)
        {
            using var answer = await Post(Encoding.UTF8.GetBytes($"<a>{Nested(depth, leaf)}<progress>101</progress></a>"));

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"at a depth of {depth}");
        }
    }

    [Theory]
    [InlineData("utf-16", 0)]
    [InlineData("iso-8859-1", 0)]
    public async Task Another_encoding_is_read_if_the_document_says_so(string encoding, long progress)
    {
        var coding = Encoding.GetEncoding(encoding);
        using var answer = await Post(
            [.. coding.GetPreamble(), .. coding.GetBytes($"<?xml version=\"1.0\" encoding=\"{encoding}\"?><a><progress>{progress}</progress></a>")]);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_huge_text_is_refused_without_being_kept()
    {
        using var answer = await Post(Encoding.UTF8.GetBytes($"<a><progress>{new string('1', 1_000_000)}</progress></a>"));

        await ShouldBeRefused(answer, HttpStatusCode.BadRequest, "invalid_argument");
    }

    [Fact]
    public async Task A_text_over_a_mebibyte_is_refused_before_it_is_read()
    {
        using var answer = await Post(Encoding.UTF8.GetBytes($"<a><progress>{new string('1', 1 << 20)}</progress></a>"));

        await ShouldBeRefused(answer, HttpStatusCode.RequestEntityTooLarge, "invalid_request");
    }

    /// <summary>
    /// About a hundred thousand pieces without data: comments, CDATA sections, processing instructions or empty
    /// elements.
    /// </summary>
    [Theory]
    [InlineData("<!---->")]
    [InlineData("<![CDATA[]]>")]
    [InlineData("<?a?>")]
    [InlineData("<b/>")]
    public async Task Many_small_pieces_are_read_in_time(string piece)
    {
        var pieces = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        using var answer = await Post(Encoding.UTF8.GetBytes($"<a><progress>101</progress>{pieces}</a>"))
            .WaitAsync(TimeSpan.FromSeconds(20));

        await ShouldBeRefused(answer, HttpStatusCode.BadRequest, "invalid_argument");
    }

    static string Nested(int depth, string leaf = "1") =>
        $"{string.Concat(Enumerable.Repeat("<b>", depth))}{leaf}{string.Concat(Enumerable.Repeat("</b>", depth))}";

    async Task ShouldBeMalformed(string xml)
    {
        using var answer = await Post(Encoding.UTF8.GetBytes(xml));
        await ShouldBeRefused(answer, HttpStatusCode.BadRequest, "invalid_request");
    }

    static async Task ShouldBeRefused(HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        answer.StatusCode.ShouldBe(status);
        var root = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        root.Name.LocalName.ShouldBe("Error");
        root.Element("type")!.Value.ShouldBe("com.vmware.vapi.std.errors." + type);
    }

    Task<HttpResponseMessage> Post(byte[] xml)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Base}/id:{id}?~action=keep-alive")
        {
            Content = new ByteArrayContent(xml),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/xml");
        return ana.SendAsync(request);
    }
}
