using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>Libraries, items and their files in the dialects of 6.5 and 2014.</summary>
public sealed class LibraryRestTests(StorageApp app) : IClassFixture<StorageApp>
{
    const string Library = "/rest/com/vmware/content/library";
    const string Old = "/com/vmware/content/library";

    /// <summary>The requests that govc sends before it creates a session.</summary>
    [Fact]
    public async Task A_well_known_client_finds_its_way_to_a_file()
    {
        using var ana = await app.ClientOf("ana");
        ana.DefaultRequestHeaders.Add("Accept", "application/json");

        var library = (await Value(await ana.PostText(Library + "?~action=find", "{\"spec\":{\"name\":\"sample\"}}\n")))[0].GetString();
        (await Value(await ana.GetAsync($"{Library}/id:{library}"))).GetProperty("type").GetString().ShouldBe("LOCAL");
        var item = (await Value(await ana.PostText(
            Library + "/item?~action=find", $$$"""{"spec":{"library_id":"{{{library}}}","name":"Tiny-VM"}}""")))[0].GetString();
        (await Value(await ana.GetAsync($"{Library}/item/id:{item}"))).GetProperty("type").GetString().ShouldBe("ovf");
        (await Value(await ana.PostText($"{Library}/item/file/id:{item}?~action=get", "{\"name\":\"tiny-vm.ovf\"}\n")))
            .GetProperty("cached").GetBoolean().ShouldBeTrue();
        (await Value(await ana.GetAsync($"{Library}/item/file?library_item_id={item}"))).GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_client_that_lists_all_sessions_or_removes_one_asks_for_update_sessions_first()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        (await Value(await ana.GetAsync(Library + "/item/update-session"))).GetArrayLength().ShouldBe(0);
        using var answer = await ana.GetAsync($"{Library}/item/update-session/id:{id}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Json()).GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.not_found");
    }

    [Fact]
    public async Task No_hit_is_an_empty_list_and_no_property_an_invalid_argument()
    {
        using var ana = await app.ClientOf("ana");

        (await Value(await ana.PostText(Library + "?~action=find", """{"spec":{"name":"no such"}}"""))).GetArrayLength().ShouldBe(0);
        foreach (var body in new[] { """{"spec":{}}""", "{}", null })
        {
            using var answer = await ana.PostText(Library + "/item?~action=find", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Json()).GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.invalid_argument");
        }
    }

    [Theory]
    [InlineData("?~action=list&library_item_id={0}", null)]
    [InlineData("?~action=list", """{{"library_item_id":"{0}"}}""")]
    [InlineData("/id:{0}?~action=list", null)]
    [InlineData("/id:{0}?~action=get", """{{"file_name":"hello.txt"}}""")]
    [InlineData("?~action=get&file_name=hello.txt&library_item_id={0}", null)]
    public async Task Storage_is_asked_for_in_many_ways(string tail, string? body)
    {
        using var bo = await app.ClientOf("bo");

        foreach (var prefix in new[] { Library, Old })
        {
            using var answer = await bo.PostText(
                prefix + "/item/storage" + string.Format(null, tail, app.ItemId), body is null ? null : string.Format(null, body, app.ItemId));
            (await Value(answer))[0].GetProperty("storage_uris")[0].GetString().ShouldBe(
                $"file://{app.ContentRoot}/sample/hello-world/hello.txt");
        }
    }

    [Fact]
    public async Task Whoever_may_not_read_storage_is_unauthorized()
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.GetAsync($"{Library}/item/storage?library_item_id={app.ItemId}");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Json()).GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.unauthorized");
    }

    [Fact]
    public async Task A_specification_may_be_XML()
    {
        using var ana = await app.ClientOf("ana");
        var root = await Xml(await ana.PostAsync(Old + "/item?~action=find", XmlBody("""
            <ns0:Find-Input xmlns:ns0="http://vmware.com/content/library/item">
              <spec><cached>true</cached><name>HELLO-world</name></spec>
            </ns0:Find-Input>
            """)));

        root.Name.ShouldBe(XName.Get("Find-Result", "http://vmware.com/content/library/item"));
        root.Element("value-array")!.Elements("array-item").Select(one => one.Value).ShouldBe([app.ItemId]);
    }

    [Fact]
    public async Task A_specification_may_stand_in_the_query()
    {
        using var ana = await app.ClientOf("ana");

        (await Value(await ana.PostText(Old + "?~action=find&spec.type=LOCAL", json: null))).GetArrayLength().ShouldBe(1);
        (await Value(await ana.PostText(Old + "/item?~action=find&spec.cached=false", json: null))).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Files_and_storage_are_lists_of_structures_in_XML()
    {
        using var bo = await app.ClientOf("bo");
        bo.DefaultRequestHeaders.Add("Accept", "application/xml");

        var files = await Xml(await bo.GetAsync($"{Old}/item/file?library_item_id={app.ItemId}"));
        files.Name.ShouldBe(XName.Get("List-Result", "http://vmware.com/content/library/item/file"));
        var file = files.Element("value-array")!.Elements("array-item").ShouldHaveSingleItem();
        file.Elements().Select(field => field.Name.LocalName).ShouldBe(["name", "size", "cached", "version"], ignoreOrder: true);
        file.Element("size")!.Value.ShouldBe("14");

        var storage = await Xml(await bo.GetAsync($"{Old}/item/storage?library_item_id={app.ItemId}"));
        var place = storage.Element("value-array")!.Elements("array-item").ShouldHaveSingleItem();
        place.Element("storage_backing")!.Element("type")!.Value.ShouldBe("OTHER");
        place.Element("storage_uris-array")!.Elements("array-item").ShouldHaveSingleItem()
            .Value.ShouldEndWith("/sample/hello-world/hello.txt");
    }

    static StringContent XmlBody(string text) => new(text, System.Text.Encoding.UTF8, "application/xml");

    static async Task<JsonElement> Value(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Json()).GetProperty("value");
    }

    static async Task<XElement> Xml(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
    }
}
