using System.Collections.Immutable;
using System.Globalization;

namespace Sessions.Api.Vapi;

/// <summary>The types of the API, as data: the shape of a value is defined once, and each dialect walks it.</summary>
public abstract record VapiType
{
    VapiType()
    {
    }

    /// <summary>No value, for an operation that returns nothing.</summary>
    public static VapiType Nothing { get; } = new Void();

    /// <summary>A string.</summary>
    public static VapiType Text { get; } = new String();

    /// <summary>A string that is not to be shown.</summary>
    public static VapiType Secret { get; } = new SecretText();

    /// <summary>A whole number of 64 bits.</summary>
    public static VapiType Integer { get; } = new Int64();

    /// <summary>True or false.</summary>
    public static VapiType Flag { get; } = new Bool();

    /// <summary>A time: UTC, milliseconds, <c>Z</c>, which is the only form that every client reads.</summary>
    public static VapiType Time { get; } = new DateTime();

    /// <summary>
    /// An object that prints itself: its value is an <see cref="Action{T}"/> of a <c>Utf8JsonWriter</c>. For this server's
    /// own operations, which only the modern dialect has.
    /// </summary>
    public static VapiType Document { get; } = new Json();

    /// <summary>A list of values of one type.</summary>
    public static VapiType ListOf(VapiType element) => new List(element);

    /// <summary>One of a few words.</summary>
    public static VapiType OneOf(params ReadOnlySpan<string> words) => new Enumeration([.. words]);

    /// <summary>A time in its wire format.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal sealed record Void : VapiType;

    internal sealed record String : VapiType;

    internal sealed record SecretText : VapiType;

    internal sealed record Int64 : VapiType;

    internal sealed record Bool : VapiType;

    internal sealed record DateTime : VapiType;

    internal sealed record Json : VapiType;

    internal sealed record List(VapiType Element) : VapiType;

    internal sealed record Enumeration(ImmutableArray<string> Words) : VapiType;

    internal sealed record Structure(string Name, ImmutableArray<Field> Fields) : VapiType;
}

/// <summary>One field of a structure.</summary>
/// <param name="Name">Its canonical name, the same in all dialects.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsOptional">Whether it may be unset.</param>
/// <param name="Get">Takes it out of a model; null where the structure is only ever read.</param>
public sealed record Field(string Name, VapiType Type, bool IsOptional, Func<object, object?>? Get = null);

/// <summary>Describes the structure of a model, field by field, in the order of the wire.</summary>
/// <typeparam name="TModel">The model.</typeparam>
internal sealed class StructureOf<TModel>(string name)
    where TModel : class
{
    readonly ImmutableArray<Field>.Builder fields = ImmutableArray.CreateBuilder<Field>();

    public StructureOf<TModel> Required(string field, VapiType type, Func<TModel, object> get)
    {
        fields.Add(new Field(field, type, IsOptional: false, model => get((TModel)model)));
        return this;
    }

    public StructureOf<TModel> Optional(string field, VapiType type, Func<TModel, object?> get)
    {
        fields.Add(new Field(field, type, IsOptional: true, model => get((TModel)model)));
        return this;
    }

    public VapiType.Structure Build() => new(name, fields.ToImmutable());
}
