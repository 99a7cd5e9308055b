using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>The answers allowed, whatever was sent: a success, or an error in the form of the dialect.</summary>
static class FuzzAnswer
{
    /// <summary>Whether the request was refused. An answer in none of the dialects' forms fails the test.</summary>
    public static bool IsRefusal(RawAnswer answer, string dialect, bool isPathSpoiled)
    {
        answer.Status.ShouldBeLessThan(500);
        answer.Status.ShouldBeGreaterThanOrEqualTo(200);
        if (answer.Body.Length == 0)
        {
            answer.Status.ShouldBeOneOf(200, 204);
            return false;
        }

        var form = FormOf(answer);
        if (!isPathSpoiled && form is not Form.Success)
            form.ShouldBeOneOf(dialect switch
            {
                "modern" => [Form.Modern],
                "json-rpc" => [Form.JsonRpc, Form.Modern],
                _ => new[] { Form.Rest, Form.Xml },
            });
        (answer.Status >= 400).ShouldBe(form is Form.Modern or Form.Rest or Form.Xml
            || (form is Form.JsonRpc && answer.Status >= 400));
        return form is not Form.Success;
    }

    /// <summary>
    /// Whether a request for data was refused. Ranges and conditions belong to HTTP, and a status alone answers them.
    /// </summary>
    public static bool IsRefusalOfData(RawAnswer answer, bool isHead)
    {
        answer.Status.ShouldBeOneOf(200, 206, 304, 404, 405, 412, 416);
        if (answer.Status is 404 or 405)
        {
            if (!isHead)
                FormOf(answer).ShouldBe(Form.Modern);
            return true;
        }

        var length = answer.Status is 200 or 206 ? int.Parse(answer.Headers["Content-Length"], CultureInfo.InvariantCulture) : 0;
        answer.Body.Length.ShouldBe(isHead ? 0 : length);
        if (answer.Status == 200 && !isHead)
            answer.Body.ShouldBe("Hello, world.\n");
        if (answer.Status == 206)
            answer.Headers["Content-Range"].ShouldMatch("^bytes [0-9]+-[0-9]+/14$");
        return answer.Status >= 400;
    }

    enum Form
    {
        Success,
        Modern,
        Rest,
        Xml,
        JsonRpc,
    }

    static Form FormOf(RawAnswer answer)
    {
        if (answer.Headers["Content-Type"] == "application/xml")
            return OfXml(XDocument.Parse(answer.Body).Root!);

        answer.Headers["Content-Type"].ShouldBe("application/json");
        var json = answer.Json;
        if (json.ValueKind != JsonValueKind.Object)
            return Form.Success;
        if (json.TryGetProperty("jsonrpc", out _))
            return OfJsonRpc(json);
        if (json.TryGetProperty("type", out _) && json.TryGetProperty("value", out var value))
        {
            ApiSentences.ErrorType(value).ShouldNotBeNullOrEmpty();
            return Form.Rest;
        }

        if (!json.TryGetProperty("error_type", out _))
            return Form.Success;
        ApiSentences.ErrorType(json).ShouldNotBeNullOrEmpty();
        return Form.Modern;
    }

    static Form OfXml(XElement root)
    {
        if (root.Name.LocalName != "Error")
            return Form.Success;
        root.Element("type")!.Value.ShouldStartWith("com.vmware.vapi.std.errors.");
        root.Element("value")!.Element("messages-array")!.Element("array-item")!
            .Element("default_message")!.Value.ShouldNotBeEmpty();
        return Form.Xml;
    }

    static Form OfJsonRpc(JsonElement json)
    {
        if (json.TryGetProperty("error", out var fault))
        {
            fault.GetProperty("code").GetInt32().ShouldBeLessThan(0);
            fault.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            return Form.JsonRpc;
        }

        var result = json.GetProperty("result");
        if (result.TryGetProperty("output", out _))
            return Form.Success;
        result.GetProperty("error").GetProperty("ERROR").EnumerateObject().Single().Value
            .GetProperty("messages")[0].GetProperty("STRUCTURE").GetProperty("com.vmware.vapi.std.localizable_message")
            .GetProperty("default_message").GetString().ShouldNotBeNullOrEmpty();
        return Form.JsonRpc;
    }
}
