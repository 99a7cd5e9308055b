using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sessions.Domain;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Values and errors as XML: a walk over their type. Unset optional fields are left out.</summary>
internal static class XmlResponse
{
    const string Base = "http://vmware.com/vapi/rest/base";
    const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>An XML parser reads a carriage return as the end of a line unless it is written as an entity.</summary>
    static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(false),
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <summary>
    /// Whether a request asks for XML: its <c>Accept</c> prefers XML to JSON, or it has no <c>Accept</c> and its body is
    /// XML. Many clients name both because they can read both; those were made for JSON.
    /// </summary>
    public static bool IsWanted(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (StringValues.IsNullOrEmpty(accept))
            return XmlInput.IsXml(request.ContentType);
        // Most clients name JSON alone, so their header need not be parsed.
        if (!accept.ToString().Contains("xml", StringComparison.OrdinalIgnoreCase))
            return false;

        var accepted = request.GetTypedHeaders().Accept;
        var xml = Liking(accepted, static type => XmlInput.IsXml(type.MediaType.Value));
        return xml > 0 && xml > Liking(accepted, IsJson);
    }

    /// <summary>The highest quality among the types that are meant; 0 if none is accepted.</summary>
    static double Liking(IEnumerable<MediaTypeHeaderValue> accepted, Func<MediaTypeHeaderValue, bool> isMeant) =>
        accepted.Where(isMeant).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();

    static bool IsJson(MediaTypeHeaderValue type) =>
        type.SubTypeWithoutSuffix.Equals("json", StringComparison.OrdinalIgnoreCase)
        || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    public static void Write(HttpResponse response, Operation operation, object value) =>
        Send(response, xml =>
        {
            Root(xml, Camel(operation.Name) + "-Result", NamespaceOf(operation.Service));
            WriteNamed(xml, "value", operation.Output, value);
            xml.WriteEndElement();
        });

    public static void Write(HttpResponse response, VapiError error) =>
        Send(response, xml =>
        {
            Root(xml, "Error", Base);
            WriteNamed(xml, "value", VapiError.Shape, error);
            xml.WriteElementString("type", error.Type.FullName);
            xml.WriteEndElement();
        });

    static void Send(HttpResponse response, Action<XmlWriter> write)
    {
        var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
            write(xml);
        response.ContentType = "application/xml";
        response.ContentLength = buffer.Length;
        response.BodyWriter.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    static void Root(XmlWriter xml, string name, string ns)
    {
        xml.WriteStartDocument();
        xml.WriteStartElement("ns0", name, ns);
        xml.WriteAttributeString("xmlns", "xsi", null, Instance);
    }

    static void WriteNamed(XmlWriter xml, string name, VapiType type, object value)
    {
        if (type is VapiType.List list)
        {
            xml.WriteStartElement(name + "-array");
            foreach (var element in (IEnumerable)value)
                WriteNamed(xml, "array-item", list.Element, element);
        }
        else
        {
            xml.WriteStartElement(name);
            WriteContent(xml, type, value);
        }

        xml.WriteEndElement();
    }

    static void WriteContent(XmlWriter xml, VapiType type, object value)
    {
        if (type is VapiType.Structure structure)
        {
            foreach (var field in structure.Fields)
            {
                if (field.Get!(value) is { } member)
                    WriteNamed(xml, field.Name, field.Type, member);
            }
        }
        else
        {
            xml.WriteString(TextOf(value));
        }
    }

    static string TextOf(object value) => value switch
    {
        string text => Legal(text),
        SessionId id => id.ToString(),
        long number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => VapiType.Format(time),
        _ => throw new InvalidOperationException($"{value.GetType()} has no text."),
    };

    /// <summary>XML has no way to write some characters that JSON has; they become U+FFFD.</summary>
    static string Legal(string text) =>
        text.Any(c => !XmlConvert.IsXmlChar(c) && !char.IsSurrogate(c))
            ? string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'))
            : text;

    /// <summary><c>com.vmware.cis.session</c> is <c>http://vmware.com/cis/session</c>.</summary>
    static string NamespaceOf(string service) =>
        "http://vmware.com/" + service["com.vmware.".Length..].Replace('.', '/');

    static string Camel(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
