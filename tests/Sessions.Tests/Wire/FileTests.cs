using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The files of a session in the older dialects, as the clients of each dialect ask for them.</summary>
public sealed class FileTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Tail = "/com/vmware/content/library/item/downloadsession/file";
    const string Rest = "/rest" + Tail;
    const string Namespace = "http://vmware.com/content/library/item/downloadsession/file";
    const string Service = "com.vmware.content.library.item.downloadsession.file";
    const string Disk = "tiny-vm-disk1.vmdk";

    [Fact]
    public async Task Govc_lists_the_files_asks_for_each_and_polls_it()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));

        var files = await Value(await ana.GetAsync($"{Rest}?download_session_id={id}"));
        files.EnumerateArray().Select(file => file.Status()).ShouldBe(["UNPREPARED", "UNPREPARED"]);
        var body = $$"""{"file_name":"{{Disk}}"}""" + "\n";
        await Value(await ana.PostText($"{Rest}/id:{id}?~action=prepare", body));
        var file = await Value(await ana.PostText($"{Rest}/id:{id}?~action=get", body));

        file.Status().ShouldBe("PREPARED");
        file.GetProperty("size").GetInt64().ShouldBe(64 * 1024);
        new Uri(file.Link()).IsAbsoluteUri.ShouldBeTrue();
    }

    [Fact]
    public async Task Govc_finds_a_message_in_a_file_that_failed()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.AddItem("failing", ("a.bin", 3)));
        File.Delete(app.FileAt("failing", "a.bin"));

        var file = await Value(await ana.PostText($"{Rest}/id:{id}?~action=prepare", """{"file_name":"a.bin"}"""));

        file.ShouldBeError().ShouldContain("a.bin");
    }

    [Theory]
    [InlineData("GET", "?download_session_id={0}", "")]
    [InlineData("POST", "/id:{0}?~action=list", "")]
    [InlineData("POST", "?~action=list", """{{"download_session_id":"{0}"}}""")]
    [InlineData("POST", "?~action=list&download_session_id={0}", "")]
    [InlineData("POST", "/id:{0}?~action=get", """{{"file_name":"hello.txt"}}""")]
    [InlineData("POST", "/id:{0}?~action=get&file_name=hello.txt", "")]
    [InlineData("POST", "?~action=get", """{{"file_name":"hello.txt","download_session_id":"{0}"}}""")]
    [InlineData("POST", "?~action=prepare", """{{"file_name":"hello.txt","download_session_id":"{0}"}}""")]
    [InlineData("POST", "?~action=prepare&endpoint_type=HTTPS&file_name=hello.txt&download_session_id={0}", "")]
    public async Task In_2014_there_are_many_ways_to_ask(string method, string tail, string body)
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        using var asked = new HttpRequestMessage(new HttpMethod(method), Tail + string.Format(null, tail, id));
        if (body.Length > 0)
            asked.Content = new StringContent(string.Format(null, body, id), Encoding.UTF8, "application/json");

        var value = await Value(await ana.SendAsync(asked));

        var file = value.ValueKind == JsonValueKind.Array ? value[0] : value;
        file.GetProperty("name").GetString().ShouldBe("hello.txt");
    }

    [Fact]
    public async Task XML_has_the_same_fields_as_elements()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.Item("tiny-vm"));
        ana.DefaultRequestHeaders.Add("Accept", "application/xml");

        var prepared = await Root(await ana.PostAsync($"{Tail}/id:{id}?~action=prepare", Xml($"""
            <ns0:Prepare-Input xmlns:ns0="{Namespace}">
              <endpoint_type>HTTPS</endpoint_type><file_name>{Disk}</file_name>
            </ns0:Prepare-Input>
            """)));
        var listed = await Root(await ana.GetAsync($"{Tail}?download_session_id={id}"));

        prepared.Name.ShouldBe(XName.Get("Prepare-Result", Namespace));
        var file = prepared.Element("value")!;
        file.Elements().Select(field => field.Name.LocalName)
            .ShouldBe(["name", "size", "bytes_transferred", "status", "download_endpoint"]);
        file.Element("status")!.Value.ShouldBe("PREPARED");
        file.Element("download_endpoint")!.Element("uri")!.Value.ShouldEndWith(Disk);
        listed.Name.ShouldBe(XName.Get("List-Result", Namespace));
        listed.Element("value-array")!.Elements("array-item").Select(one => one.Element("status")!.Value)
            .ShouldBe(["PREPARED", "UNPREPARED"]);
    }

    [Fact]
    public async Task A_wrong_endpoint_type_is_refused_in_XML_too()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        using var answer = await ana.PostAsync($"{Tail}/id:{id}?~action=prepare", Xml(
            "<Prepare-Input><file_name>hello.txt</file_name><endpoint_type>FTP</endpoint_type></Prepare-Input>"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!.Element("type")!.Value
            .ShouldBe("com.vmware.vapi.std.errors.invalid_argument");
    }

    [Fact]
    public async Task The_Python_SDK_prepares_without_an_endpoint_type_and_the_Java_SDK_with_one()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        var inputs = $"\"download_session_id\":\"{id}\",\"file_name\":\"hello.txt\"";
        var listed = (await Invoke(ana, "list", $"\"download_session_id\":\"{id}\"")).EnumerateArray().Single();
        Info(listed).GetProperty("checksum_info").GetProperty("OPTIONAL").ValueKind.ShouldBe(JsonValueKind.Null);

        await Invoke(ana, "prepare", inputs + ",\"endpoint_type\":{\"OPTIONAL\":null}");
        await Invoke(ana, "prepare", inputs + ",\"endpoint_type\":{\"OPTIONAL\":\"HTTPS\"}");
        var file = Info(await Invoke(ana, "get", inputs));

        file.Names().ShouldBe(
            ["name", "size", "bytes_transferred", "status", "download_endpoint", "checksum_info", "error_message"]);
        file.Status().ShouldBe("PREPARED");
        file.GetProperty("size").GetProperty("OPTIONAL").GetInt64().ShouldBe(14);
        var endpoint = file.GetProperty("download_endpoint").GetProperty("OPTIONAL").GetProperty("STRUCTURE")
            .GetProperty("com.vmware.content.library.item.transfer_endpoint");
        new Uri(endpoint.GetProperty("uri").GetString()!).IsAbsoluteUri.ShouldBeTrue();
        endpoint.GetProperty("ssl_certificate_thumbprint").GetProperty("OPTIONAL").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_checksum_is_a_structure_of_its_own_to_the_SDKs()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);
        await ana.Prepare(id, "hello.txt");
        await (await ana.Act(id, "keep-alive", """{"progress":100}""")).ShouldBeDone();

        var file = Info(await Invoke(ana, "get", $"\"download_session_id\":\"{id}\",\"file_name\":\"hello.txt\""));

        var checksum = file.GetProperty("checksum_info").GetProperty("OPTIONAL").GetProperty("STRUCTURE")
            .GetProperty("com.vmware.content.library.item.file.checksum_info");
        checksum.GetProperty("algorithm").GetProperty("OPTIONAL").GetString().ShouldBe("SHA256");
        checksum.GetProperty("checksum").GetString()!.ShouldMatch("^[0-9a-f]{64}$");
    }

    static JsonElement Info(JsonElement structure) => structure.GetProperty("STRUCTURE").GetProperty(Service + ".info");

    static async Task<JsonElement> Value(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Json()).GetProperty("value");
    }

    static async Task<XElement> Root(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
    }

    static StringContent Xml(string text) => new(text, Encoding.UTF8, "application/xml");

    static async Task<JsonElement> Invoke(HttpClient client, string operation, string input)
    {
        var inputs = "{" + input + "}";
        using var answer = await client.PostText("/api", $$$"""
            {"jsonrpc":"2.0","method":"invoke","params":{"serviceId":"{{{Service}}}","operationId":"{{{operation}}}",
             "input":{"STRUCTURE":{"operation-input":{{{inputs}}} }},"ctx":{"appCtx":{},"securityCtx":{} } },"id":"7"}
            """);
        return (await answer.Json()).GetProperty("result").GetProperty("output");
    }
}
