using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Sessions.Api.Vapi;

namespace Sessions.Api.Docs;

/// <summary>The types of the API as schemas. Structures in answers are defined once, under their names.</summary>
internal sealed class Schemas(OpenApiDocument document)
{
    const string Vendor = "com.vmware.";

    readonly Dictionary<string, VapiType> named = new(StringComparer.Ordinal);

    /// <summary>A canonical name without the vendor's prefix.</summary>
    public static string ShortName(string name) =>
        name.StartsWith(Vendor, StringComparison.Ordinal) ? name[Vendor.Length..] : name;

    /// <summary>One of these words.</summary>
    public static OpenApiSchema OneOf(IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => JsonValue.Create(word))] };

    public IOpenApiSchema Of(VapiType type) => type switch
    {
        VapiType.String => Simple(JsonSchemaType.String),
        VapiType.SecretText => Simple(JsonSchemaType.String, "password"),
        VapiType.Int64 => Simple(JsonSchemaType.Integer, "int64"),
        VapiType.Bool => Simple(JsonSchemaType.Boolean),
        VapiType.DateTime => Simple(JsonSchemaType.String, "date-time"),
        VapiType.Json => Simple(JsonSchemaType.Object),
        VapiType.Enumeration kind => OneOf(kind.Words),
        VapiType.List list => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(list.Element) },
        // An input structure may be a part of an output structure of the same name, so it is written out in place.
        VapiType.Structure structure when structure.Fields.All(field => field.Get is null) => Shape(structure),
        VapiType.Structure structure => Reference(structure),
        _ => throw new InvalidOperationException($"{type} has no schema."),
    };

    /// <summary>The body of an error of this type, as the modern dialect prints it.</summary>
    public IOpenApiSchema Of(ErrorType error)
    {
        var name = ShortName(error.FullName);
        if (document.Components?.Schemas?.ContainsKey(name) is not true)
        {
            var properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["error_type"] = OneOf([error.Word]),
                ["messages"] = Of(VapiType.ListOf(LocalizableMessage.Shape)),
            };
            if (error == ErrorType.Unauthenticated)
                properties["challenge"] = Simple(JsonSchemaType.String);
            document.AddComponent<IOpenApiSchema>(name, new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = properties,
                Required = new HashSet<string>(StringComparer.Ordinal) { "error_type", "messages" },
            });
        }

        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>An object of these members, each by its name, its type and whether it may be missing.</summary>
    public OpenApiSchema Object(IEnumerable<(string Name, VapiType Type, bool IsOptional)> members)
    {
        var all = members.ToList();
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = all.ToDictionary(member => member.Name, member => Of(member.Type), StringComparer.Ordinal),
            Required = all.Where(member => !member.IsOptional).Select(member => member.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    OpenApiSchemaReference Reference(VapiType.Structure structure)
    {
        var name = ShortName(structure.Name);
        if (named.TryAdd(name, structure))
            document.AddComponent<IOpenApiSchema>(name, Shape(structure));
        else if (!ReferenceEquals(named[name], structure))
            throw new InvalidOperationException($"Two structures are called {structure.Name}.");
        return new OpenApiSchemaReference(name, document);
    }

    OpenApiSchema Shape(VapiType.Structure structure)
    {
        var schema = Object(structure.Fields.Select(field => (field.Name, field.Type, field.IsOptional)));
        schema.Title = ShortName(structure.Name);
        return schema;
    }

    static OpenApiSchema Simple(JsonSchemaType type, string? format = null) => new() { Type = type, Format = format };
}
