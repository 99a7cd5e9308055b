using System.Net;
using System.Text;
using System.Xml.Linq;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The dialect of 2014: all inputs in the body, in the query or as XML, results in JSON or XML.</summary>
public sealed class LegacyTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Base = "/com/vmware/content/library/item/download-session";
    const string Namespace = "http://vmware.com/content/library/item/download_session";

    [Theory]
    [InlineData("GET", "?library_item_id={0}", "")]
    [InlineData("POST", "/id:{0}?~action=list", "")]
    [InlineData("POST", "?~action=list", """{{"library_item_id":"{0}"}}""")]
    [InlineData("POST", "?~action=list&library_item_id={0}", "")]
    public async Task A_list_is_asked_for_in_four_ways(string method, string tail, string body)
    {
        using var ana = await app.ClientOf("ana");
        var item = app.Item("installer");
        var id = await ana.CreateSession(item);
        using var asked = new HttpRequestMessage(new HttpMethod(method), Base + string.Format(null, tail, item));
        if (body.Length > 0)
            asked.Content = new StringContent(string.Format(null, body, item), Encoding.UTF8, "application/json");
        using var answer = await ana.SendAsync(asked);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Json()).GetProperty("value").EnumerateArray().Select(one => one.GetString()).ShouldContain(id);
    }

    [Fact]
    public async Task A_list_is_XML_for_whoever_asks_for_XML()
    {
        using var bo = await app.ClientOf("bo");
        var id = await bo.CreateSession(app.ItemId);
        bo.DefaultRequestHeaders.Add("Accept", "application/xml");
        using var answer = await bo.GetAsync(Base);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/xml");
        var root = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        root.Name.ShouldBe(XName.Get("List-Result", Namespace));
        root.Element("value-array")!.Elements("array-item").Select(one => one.Value).ShouldContain(id);
    }

    [Theory]
    [InlineData("application/xml", "application/xml")]
    [InlineData("text/xml", "application/xml")]
    [InlineData("APPLICATION/XML; charset=utf-8", "application/xml")]
    [InlineData("application/json;q=0.5, application/xml", "application/xml")]
    [InlineData("application/json;q=0, application/xml;q=0.1", "application/xml")]
    [InlineData("application/xml;q=0, text/xml", "application/xml")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml")]
    [InlineData("application/json, application/xml;q=0.5", "application/json")]
    [InlineData("application/json, application/xml", "application/json")]
    [InlineData("application/xml, application/json", "application/json")]
    [InlineData("application/xml;q=0.9, application/vnd.some+json", "application/json")]
    [InlineData("application/json, text/json, text/x-json, text/javascript, application/xml, text/xml", "application/json")]
    [InlineData("application/xml;q=0", "application/json")]
    [InlineData("application/xml-patch", "application/json")]
    [InlineData("xml", "application/json")]
    [InlineData("*/*", "application/json")]
    public async Task XML_is_for_whoever_likes_it_better_than_JSON(string accept, string mediaType)
    {
        using var bo = await app.ClientOf("bo");
        bo.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept).ShouldBeTrue();
        foreach (var path in new[] { Base, "/rest" + Base, Base + "/id:none", "/rest/no/such/path" })
        {
            using var answer = await bo.GetAsync(path);

            answer.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType, path);
        }
    }

    [Fact]
    public async Task An_empty_list_is_an_empty_array_in_XML()
    {
        using var admin = await app.ClientOf("admin");
        admin.DefaultRequestHeaders.Add("Accept", "text/xml");
        var root = XDocument.Parse(await admin.GetStringAsync(Base)).Root!;

        root.Element("value-array")!.Elements().ShouldBeEmpty();
    }

    [Fact]
    public async Task XML_is_answered_in_XML_and_its_elements_may_come_in_any_order()
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.PostAsync(Base, Xml($"""
            <ns0:Create-Input xmlns:ns0="{Namespace}">
              <create_spec><state>ACTIVE</state><library_item_id>{app.ItemId}</library_item_id></create_spec>
              <client_token>{Guid.CreateVersion7()}</client_token>
            </ns0:Create-Input>
            """));

        var root = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        root.Name.ShouldBe(XName.Get("Create-Result", Namespace));
        Guid.TryParse(root.Element("value")!.Value, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Numbers_come_as_text_in_XML_and_in_queries()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        (await ana.PostAsync($"{Base}/id:{id}?~action=keep-alive", Xml("<KeepAlive-Input><progress>40</progress></KeepAlive-Input>")))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ana.PostAsync($"{Base}?~action=keep-alive&download_session_id={id}&progress=50", content: null))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await ana.GetAsync(Paths.One(id))).Json()).GetProperty("client_progress").GetInt64().ShouldBe(50);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", "null")]
    [InlineData("application/xml", "")]
    [InlineData("application/xml", "<KeepAlive-Input/>")]
    [InlineData("text/xml", "")]
    public async Task A_body_that_says_nothing_leaves_the_inputs_to_the_query(string mediaType, string body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        (await ana.PostAsync(
                $"{Base}?~action=keep-alive&download_session_id={id}&progress=50", new StringContent(body, Encoding.UTF8, mediaType)))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ana.Session(id)).Progress().ShouldBe(50);
    }

    [Fact]
    public async Task A_structure_in_the_query_is_flattened_with_dots()
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.PostAsync(
            $"{Base}?~action=create&create_spec.library_item_id={app.ItemId}&create_spec.error_message.args.1=x", content: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(3000)]
    public async Task A_name_in_the_query_that_is_too_deep_names_nothing(int depth)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var deep = string.Concat(Enumerable.Repeat("a.", depth));
        using var answer = await ana.PostAsync($"{Base}/id:{id}?~action=keep-alive&{deep}a=1&progress=101", content: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Json()).GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.invalid_argument");
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a><progress>&b;</progress></a>")]
    [InlineData("<a><b></a>")]
    [InlineData("no XML")]
    public async Task What_is_no_XML_or_brings_a_document_type_is_refused(string body)
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.PostAsync($"{Base}?~action=create", Xml(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var root = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        root.Name.ShouldBe(XName.Get("Error", "http://vmware.com/vapi/rest/base"));
        root.Element("type")!.Value.ShouldBe("com.vmware.vapi.std.errors.invalid_request");
        root.Element("value")!.Element("messages-array")!.Elements("array-item").ShouldNotBeEmpty();
    }

    static StringContent Xml(string text) => new(text, Encoding.UTF8, "application/xml");
}
