using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The dialect of 6.5, as govc and every other tool built on govmomi use it.</summary>
public sealed class RestTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    const string Base = "/rest/com/vmware/content/library/item/download-session";

    [Fact]
    public async Task A_login_answers_200_with_the_token_in_value_and_in_a_cookie()
    {
        using var client = app.CreateClient();
        using var answer = await client.SendAsync(Login());

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var token = (await answer.Json()).GetProperty("value").GetString()!;
        token.ShouldMatch("^[0-9a-z]{32,}$");
        answer.Headers.GetValues("Set-Cookie").Single().ShouldStartWith("vmware-api-session-id=" + token);
    }

    [Fact]
    public async Task Who_sends_the_token_in_a_header_gets_no_cookie()
    {
        using var client = app.CreateClient();
        using var login = Login();
        login.Headers.Add("Vmware-Use-Header-Authn", "true");
        using var answer = await client.SendAsync(login);

        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task The_cookie_is_as_good_as_the_header()
    {
        using var client = app.CreateClient();
        using var answer = await client.SendAsync(Login());
        var token = (await answer.Json()).GetProperty("value").GetString();
        using var asked = new HttpRequestMessage(HttpMethod.Get, Base);
        asked.Headers.Add("Cookie", "vmware-api-session-id=" + token);

        (await client.SendAsync(asked)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_is_created_got_listed_and_deleted_with_200()
    {
        using var ana = await app.ClientOf("ana");
        var id = await Create(ana);

        var model = (await Value(await ana.GetAsync($"{Base}/id:{id}")));
        model.GetProperty("id").GetString().ShouldBe(id);
        model.GetProperty("state").GetString().ShouldBe("ACTIVE");
        model.GetProperty("client_progress").GetInt64().ShouldBe(0);
        (await Value(await ana.GetAsync(Base))).EnumerateArray().Select(one => one.GetString()).ShouldContain(id);

        using var deleted = await ana.DeleteAsync($"{Base}/id:{id}");
        deleted.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await deleted.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_chunked_body_is_a_legal_nothing()
    {
        using var ana = await app.ClientOf("ana");
        var id = await Create(ana);
        using var keepAlive = new HttpRequestMessage(HttpMethod.Post, $"{Base}/id:{id}?~action=keep-alive")
        {
            Content = new StringContent(""),
        };
        keepAlive.Headers.TransferEncodingChunked = true;
        keepAlive.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await ana.SendAsync(keepAlive)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_error_has_its_type_in_full_and_its_messages_in_value()
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.GetAsync($"{Base}/id:no-such-session");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var error = await answer.Json();
        error.GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.not_found");
        error.GetProperty("value").GetProperty("messages")[0].GetProperty("args")[0].GetString().ShouldBe("no-such-session");
    }

    [Theory]
    [InlineData("POST", "?~action=no-such-action", HttpStatusCode.NotFound)]
    [InlineData("PUT", "", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/no/such/path", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_an_error_in_this_dialect(string method, string tail, HttpStatusCode status)
    {
        using var ana = await app.ClientOf("ana");
        using var answer = await ana.SendAsync(new HttpRequestMessage(new HttpMethod(method), Base + tail));

        answer.StatusCode.ShouldBe(status);
        (await answer.Json()).GetProperty("type").GetString().ShouldBe("com.vmware.vapi.std.errors.operation_not_found");
    }

    [Fact]
    public async Task Libraries_and_items_are_found_on_the_way()
    {
        using var ana = await app.ClientOf("ana");
        var library = (await Value(await ana.GetAsync("/rest/com/vmware/content/library")))[0].GetString();
        (await Value(await ana.GetAsync($"/rest/com/vmware/content/library/id:{library}")))
            .GetProperty("name").GetString().ShouldBe("sample");
        (await Value(await ana.GetAsync($"/rest/com/vmware/content/library/item?library_id={library}")))
            .GetArrayLength().ShouldBeGreaterThan(0);
    }

    async Task<string> Create(HttpClient client)
    {
        using var body = new StringContent(
            $$$"""{"create_spec":{"library_item_id":"{{{app.ItemId}}}"}}""", Encoding.UTF8, "application/json");
        return (await Value(await client.PostAsync(Base, body))).GetString()!;
    }

    static async Task<JsonElement> Value(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Json()).GetProperty("value");
    }

    static HttpRequestMessage Login() => new(HttpMethod.Post, "/rest/com/vmware/cis/session")
    {
        Headers = { Authorization = new("Basic", Convert.ToBase64String("ana:ana"u8)) },
    };
}
