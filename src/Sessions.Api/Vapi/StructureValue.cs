namespace Sessions.Api.Vapi;

/// <summary>A structure as it was read: its fields by name, unknown ones left out.</summary>
internal sealed class StructureValue(VapiType.Structure type, object?[] values)
{
    public VapiType.Structure Type => type;

    /// <summary>Whether no field is set.</summary>
    public bool IsEmpty => Array.TrueForAll(values, value => value is null);

    public object? this[string field]
    {
        get
        {
            for (var i = 0; i < type.Fields.Length; i++)
            {
                if (type.Fields[i].Name == field)
                    return values[i];
            }

            throw new InvalidOperationException($"{type.Name} has no field {field}.");
        }
    }
}
