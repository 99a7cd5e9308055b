using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// Inputs as XML: the children of the root are the inputs, in any order. Prefixes and namespaces are ignored; a document
/// type is refused, and with it every entity that it could define.
/// </summary>
internal static class XmlInput
{
    /// <summary>
    /// How deep elements may nest. An empty list is itself a level of the tree, so the deepest element may still be one.
    /// </summary>
    const int DepthMax = 64;

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = RequestBody.SizeMax,
    };

    public static bool IsXml(string? contentType) =>
        contentType is not null
        && contentType.Split(';')[0].Trim() is var type
        && (type.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/xml", StringComparison.OrdinalIgnoreCase));

    public static (InputBody? Body, VapiError? Error) Parse(HttpRequest request, ReadOnlySequence<byte> body)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body.ToArray()), Settings);
            xml.MoveToContent();
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
                Write(xml, json);
            while (xml.Read())
            {
                // Whatever comes after the root must be well-formed too.
            }

            return (new InputBody(JsonDocument.Parse(buffer.WrittenMemory), IsText: true), null);
        }
        catch (XmlException)
        {
            return (null, Errors.Malformed("XML"));
        }
    }

    /// <summary>An element with child elements is a structure, or a list if its name ends in <c>-array</c>.</summary>
    static void Write(XmlReader xml, Utf8JsonWriter json)
    {
        if (xml.Depth >= DepthMax)
            throw new XmlException("The document is too deep.");

        var depth = xml.Depth;
        var isList = xml.LocalName.EndsWith("-array", StringComparison.Ordinal);
        // A text may come in many pieces, and adding each to a string would copy a megabyte again and again.
        var text = new StringBuilder();
        var hasChildren = false;
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    if (!hasChildren)
                        Start(json, isList);
                    hasChildren = true;
                    if (!isList)
                        json.WritePropertyName(NameOf(xml.LocalName));
                    Write(xml, json);
                }
                else
                {
                    text.Append(xml.Value);
                }
            }
        }

        if (hasChildren)
            End(json, isList);
        else if (isList)
            json.WriteRawValue("[]"u8);
        else if (depth == 0)
            json.WriteRawValue("{}"u8);
        else
            json.WriteStringValue(text.ToString());
    }

    static string NameOf(string element) =>
        element.EndsWith("-array", StringComparison.Ordinal) ? element[..^"-array".Length] : element;

    static void Start(Utf8JsonWriter json, bool isList)
    {
        if (isList)
            json.WriteStartArray();
        else
            json.WriteStartObject();
    }

    static void End(Utf8JsonWriter json, bool isList)
    {
        if (isList)
            json.WriteEndArray();
        else
            json.WriteEndObject();
    }
}
