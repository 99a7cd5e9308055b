namespace Sessions.Domain;

/// <summary>One version of one file, the same for all sessions that have pinned it: its bytes have one checksum.</summary>
/// <param name="ItemId">The library item's id.</param>
/// <param name="File">The file, as it was pinned.</param>
public readonly record struct FileVersion(Guid ItemId, PinnedFile File);
