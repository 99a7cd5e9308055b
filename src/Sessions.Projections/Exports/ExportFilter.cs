using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>Which events an export has: those that match everything that is given.</summary>
/// <param name="Session">Only of this session.</param>
/// <param name="Owner">Only of this owner's sessions.</param>
/// <param name="From">Only recorded at or after this time.</param>
/// <param name="To">Only recorded before this time.</param>
public sealed record ExportFilter(Guid? Session = null, string? Owner = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>Whether it lets everything through.</summary>
    public bool IsNone => this == new ExportFilter();

    /// <summary>Whether an event is let through.</summary>
    public bool Fits(LoggedEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return (Session is null || logged.Address.Id.Value == Session)
            && (Owner is null || string.Equals(logged.Address.Owner, Owner, StringComparison.Ordinal))
            && (From is null || logged.At >= From)
            && (To is null || logged.At < To);
    }
}
