using System.Globalization;
using System.Reflection;
using Sessions.Api.Vapi;

namespace Sessions.Tests.Wire;

/// <summary>Every structure that the server describes, found by reflection, so that none can be forgotten.</summary>
static class WireModels
{
    public static IReadOnlyList<VapiType> All { get; } =
    [
        .. from type in typeof(VapiType).Assembly.GetTypes()
           from property in type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where property.PropertyType.IsAssignableTo(typeof(VapiType)) && !type.ContainsGenericParameters
           let shape = property.GetValue(null) as VapiType.Structure
           where shape is not null && shape.Fields.All(field => field.Get is not null)
           select shape,
    ];

    /// <summary>A leaf as text. Characters that XML cannot represent are replaced.</summary>
    public static string TextOf(object value) => value switch
    {
        string text => string.Concat(text.Select(c => c is < ' ' and not ('\t' or '\n' or '\r') or '\uFFFE' or '\uFFFF' ? '\uFFFD' : c)),
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => VapiType.Format(time),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
