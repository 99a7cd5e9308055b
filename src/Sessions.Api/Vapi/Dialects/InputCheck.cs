using System.Globalization;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Inputs that arrive as text: in a path, a query, a header, or as XML.</summary>
internal static class InputText
{
    /// <summary>Reads a value; false if the text is none of this type. Null is a missing value.</summary>
    public static bool TryRead(string? text, VapiType type, out object? value)
    {
        value = null;
        if (text is null)
            return true;

        value = type switch
        {
            VapiType.String => text,
            VapiType.Int64 when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            VapiType.Bool when bool.TryParse(text, out var flag) => flag,
            _ => null,
        };
        return value is not null;
    }
}

/// <summary>What is wrong with an input, in the words that all dialects share.</summary>
internal static class InputCheck
{
    /// <summary>The fault of one argument, or null: it was of another type, or it or a part of it is missing.</summary>
    public static VapiError? FindFault(Operation operation, Parameter parameter, bool isRead, object? value) =>
        !isRead ? Errors.WrongArgument(operation.FullName, parameter.Name, Word(parameter.Type))
        : FindMissing(parameter.Name, parameter.IsOptional, value) is { } missing
            ? Errors.MissingArgument(operation.FullName, missing)
        : null;

    static string? FindMissing(string name, bool isOptional, object? value)
    {
        if (value is null)
            return isOptional ? null : name;
        return value is StructureValue structure
            ? structure.Type.Fields
                .Select(field => FindMissing(field.Name, field.IsOptional, structure[field.Name]))
                .FirstOrDefault(missing => missing is not null)
            : null;
    }

    static string Word(VapiType type) => type switch
    {
        VapiType.String => "string",
        VapiType.Int64 => "integer",
        VapiType.Bool => "boolean",
        _ => "structure",
    };
}
