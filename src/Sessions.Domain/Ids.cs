namespace Sessions.Domain;

/// <summary>The id of a download session: a UUIDv7, so that a range of ids is a range of time.</summary>
public readonly record struct SessionId(Guid Value)
{
    /// <summary>
    /// Reads an id as clients write it. Anything but a UUID in its usual form names nothing, so the
    /// caller answers "not found", never "bad request".
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SessionId id)
    {
        var parsed = UsualUuid.TryParse(text, out var value);
        id = new SessionId(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>
/// Where a session lives: its id and its owner. Every statement names both, so a caller cannot reach
/// another's session even by mistake, and the tables can be distributed by owner.
/// </summary>
/// <param name="Id">The session's id.</param>
/// <param name="Owner">The name of the user who created it.</param>
public readonly record struct SessionAddress(SessionId Id, string Owner);
