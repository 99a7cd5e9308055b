namespace Sessions.Api.Vapi.Dialects;

/// <summary>Takes an argument from where a dialect has it; false if it is there and of another type.</summary>
internal delegate bool InputReader(int index, Parameter parameter, out object? value);

/// <summary>What is wrong with an input, in the words that all dialects share.</summary>
internal static class InputCheck
{
    /// <summary>Reads all arguments of an operation up to the first that is at fault.</summary>
    public static (object?[] Arguments, VapiError? Fault) Read(Operation operation, InputReader read)
    {
        var arguments = new object?[operation.Parameters.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = operation.Parameters[i];
            var isRead = read(i, parameter, out arguments[i]);
            if (FindFault(operation, parameter, isRead, arguments[i]) is { } fault)
                return (arguments, fault);
        }

        return (arguments, null);
    }

    /// <summary>The fault of one argument, or null: it is of another type, or it or a part of it is missing.</summary>
    static VapiError? FindFault(Operation operation, Parameter parameter, bool isRead, object? value) =>
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
        VapiType.DateTime => "time",
        VapiType.Enumeration kind => string.Join(" or ", kind.Words),
        _ => "structure",
    };
}
