using System.Net;
using System.Net.Http.Json;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class FindTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string FindLibrary = Paths.Libraries + "?action=find";
    const string FindItem = Paths.Items + "?action=find";

    [Theory]
    [InlineData("""{"name":"sample"}""")]
    [InlineData("""{"name":"SaMpLe"}""")]
    [InlineData("""{"type":"LOCAL"}""")]
    [InlineData("""{"name":"sample","type":"LOCAL"}""")]
    [InlineData("""{"name":"sample","type":null,"unknown":[1]}""")]
    public async Task A_library_is_found_by_all_that_is_set(string spec)
    {
        using var ana = await app.ClientOf("ana");
        var all = await ana.GetFromJsonAsync<string[]>(Paths.Libraries);

        (await Find(ana, FindLibrary, spec)).ShouldBe(all);
    }

    [Theory]
    [InlineData("""{"name":"samp"}""")]
    [InlineData("""{"name":"sample "}""")]
    [InlineData("""{"name":"*"}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"type":"SUBSCRIBED"}""")]
    [InlineData("""{"name":"sample","type":"SUBSCRIBED"}""")]
    public async Task No_library_that_fits_is_an_empty_list(string spec)
    {
        using var ana = await app.ClientOf("ana");

        (await Find(ana, FindLibrary, spec)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"name":"installer"}""", "installer")]
    [InlineData("""{"name":"INSTALLER"}""", "installer")]
    [InlineData("""{"type":"iso"}""", "installer")]
    [InlineData("""{"type":"OVF"}""", "tiny-vm")]
    [InlineData("""{"cached":true,"type":"file"}""", "hello-world")]
    [InlineData("""{"library_id":"{library}"}""", "hello-world installer tiny-vm")]
    [InlineData("""{"cached":true}""", "hello-world installer tiny-vm")]
    [InlineData("""{"name":"tiny-vm","library_id":"{library}","type":"ovf","cached":true}""", "tiny-vm")]
    public async Task An_item_is_found_by_all_that_is_set(string spec, string names)
    {
        using var ana = await app.ClientOf("ana");
        var library = (await ana.GetFromJsonAsync<string[]>(Paths.Libraries))!.Single();

        (await Find(ana, FindItem, spec.Replace("{library}", library, StringComparison.Ordinal)))
            .ShouldBe(names.Split(' ').Select(app.Item), ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"name":"install"}""")]
    [InlineData("""{"name":"installer","type":"ovf"}""")]
    [InlineData("""{"library_id":"sample"}""")]
    [InlineData("""{"library_id":"{unknown}"}""")]
    [InlineData("""{"source_id":"{unknown}"}""")]
    [InlineData("""{"cached":false}""")]
    public async Task No_item_that_fits_is_an_empty_list(string spec)
    {
        using var ana = await app.ClientOf("ana");

        (await Find(ana, FindItem, spec.Replace("{unknown}", Ids.Unknown, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"spec":{"name":"sample"}}""")]
    public async Task Whoever_sets_nothing_is_told_so(string? spec)
    {
        using var ana = await app.ClientOf("ana");

        foreach (var path in new[] { FindLibrary, FindItem })
        {
            var answer = await ana.PostText(path, spec);
            await answer.ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
            (await answer.ErrorText()).ShouldContain(".find");
        }
    }

    [Theory]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":["sample"]}""")]
    [InlineData("""{"name":"a\u0000"}""")]
    [InlineData("\"sample\"")]
    [InlineData("[]")]
    public async Task A_specification_of_another_type_is_an_invalid_argument(string spec)
    {
        using var ana = await app.ClientOf("ana");

        foreach (var path in new[] { FindLibrary, FindItem })
            await (await ana.PostText(path, spec)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData(FindLibrary, """{"type":"local"}""")]
    [InlineData(FindLibrary, """{"type":1}""")]
    [InlineData(FindItem, """{"cached":"true"}""")]
    public async Task A_property_of_another_type_is_an_invalid_argument(string path, string spec)
    {
        using var ana = await app.ClientOf("ana");

        await (await ana.PostText(path, spec)).ShouldBe(HttpStatusCode.BadRequest, "INVALID_ARGUMENT");
    }

    static async Task<string[]> Find(HttpClient client, string path, string spec)
    {
        using var answer = await client.PostText(path, spec);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<string[]>())!;
    }
}
