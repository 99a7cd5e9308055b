using System.Globalization;
using Sessions.Domain;

namespace Sessions.Projections.History;

/// <summary>A state as rows of a name and a value, and the difference of two states in sentences.</summary>
public static class StateWords
{
    static readonly (string Name, Func<SessionState, string?> Value)[] Table =
    [
        ("the state", s => s.State),
        ("the owner", s => s.Owner),
        ("the item", s => s.Item is { } item ? Text($"{item.ItemId}, content version {item.ContentVersion}") : null),
        ("the list of the item's files", s => s.Item is { } item
            ? string.Join(", ", item.Files.Select(file => Text($"{file.Name} ({file.Size} bytes)")))
            : null),
        ("the client token", s => s.ClientToken?.ToString("D")),
        ("the right to read the storage", s => s.MayReadStorage is { } may ? YesOrNo(may) : null),
        ("the creation", s => Time(s.CreatedAt)),
        ("the last activity", s => Time(s.LastActiveAt)),
        ("the end of the lease", s => Time(s.ExpiresAt)),
        ("the progress", s => s.Progress is { } progress ? Text($"{progress} %") : null),
        ("the client being done", s => s.Complete is { } complete ? YesOrNo(complete) : null),
        ("the end", s => Time(s.EndedAt)),
        ("the reason", s => s.Reason),
        ("the client's message", s => s.Message),
        ("who deleted it", s => s.DeletedBy),
    ];

    /// <summary>The values that are known in a state, in a fixed order.</summary>
    public static IReadOnlyList<(string Name, string Value)> Rows(SessionState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return
        [
            .. Table.Select(row => (row.Name, Value: row.Value(state)))
                .Concat((state.Files ?? new Dictionary<string, FileState>(StringComparer.Ordinal)).SelectMany(file => FileRows(file.Key, file.Value)))
                .Where(row => row.Value is not null)
                .Select(row => (row.Name, row.Value!)),
        ];
    }

    /// <summary>What differs, a sentence each; none when nothing does.</summary>
    public static IReadOnlyList<string> Between(SessionState before, SessionState after)
    {
        var known = Rows(before).ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        var sentences = new List<string>();
        foreach (var (name, value) in Rows(after))
        {
            if (!known.Remove(name, out var was))
                sentences.Add(Sentence($"{name} is {value}."));
            else if (was != value)
                sentences.Add(Sentence($"{name} is now {value}; it was {was}."));
        }

        if (known.Count > 0)
            sentences.Add("No longer known: " + string.Join(", ", known.Keys) + ".");
        return sentences;
    }

    /// <summary>A time in UTC, to the millisecond.</summary>
    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    static string? Time(DateTimeOffset? at) => at is { } time ? Time(time) : null;

    static IEnumerable<(string Name, string? Value)> FileRows(string name, FileState file) =>
    [
        ($"the link to {name}", file.Prepared),
        ($"what was fetched of {name}", file.Fetched.Count == 0 ? null : string.Join(", ", file.Fetched.Select(Range))),
    ];

    static string Range(ByteRange range) => Text($"bytes {range.Start} to {range.End}");

    static string YesOrNo(bool value) => value ? "yes" : "no";

    static string Sentence(FormattableString text)
    {
        var sentence = Text(text);
        return char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
