using Sessions.Domain;
using Sessions.Projections.Seals;
using Sessions.Projections.Verification;
using Sessions.Storage.Log;

namespace Sessions.Projections.Exports;

/// <summary>What was verified in a file.</summary>
/// <param name="Manifest">The file's manifest.</param>
/// <param name="Events">How many events.</param>
/// <param name="Sessions">Of how many sessions.</param>
/// <param name="Unsealed">How many of the events no seal in the file covers.</param>
/// <param name="HasSignatures">Whether any of its seals is signed.</param>
public sealed record FileReport(ExportManifest Manifest, long Events, long Sessions, long Unsealed, bool HasSignatures);

/// <summary>
/// Verifies an exported file without a database: each line's hash, the manifest, each session's replay, and, if
/// the whole log was exported, the seals. It keeps each session's latest state in memory: some kilobytes.
/// </summary>
public static class FileVerification
{
    /// <summary>Verifies a file; reports each difference as it is found.</summary>
    /// <exception cref="FormatException">It does not end with a manifest.</exception>
    public static async Task<FileReport> Verify(
        string path, PublicKeys? keys, SealHead? head, Action<Difference> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tell);
        await using var file = await ExportFile.Open(path, cancellation);
        using var seals = new FileSeals(file.Manifest, keys, head, tell);
        var streams = new Dictionary<SessionAddress, StreamReplay>();
        var isPart = file.Manifest.Filter is not { From: null, To: null };
        var count = 0L;
        await foreach (var (number, logged, seal, fault) in file.Lines(cancellation))
        {
            if (seal is not null)
            {
                seals.Add(seal);
                continue;
            }

            count++;
            if (fault is not null)
            {
                tell(new Difference(DifferenceKind.Line, $"Line {number}: {fault.TrimEnd('.')}.")
                {
                    Line = number, Session = logged?.Address.Id.Value, Owner = logged?.Address.Owner, Version = logged?.Version,
                });
            }

            if (logged is null)
                continue;
            seals.Add(logged);
            // A span of time may begin in the middle of a session, whose state is then unknown.
            if (isPart)
                continue;
            if (!streams.TryGetValue(logged.Address, out var stream))
                streams.Add(logged.Address, stream = new StreamReplay());
            if (stream.Add(logged) is { } broken)
            {
                tell(Difference.Of(DifferenceKind.Stream, logged.Address, $"Line {number}: session {logged.Address.Id} of {logged.Address.Owner}: {broken.TrimEnd('.')}.")
                    with { Line = number, Version = logged.Version });
            }
        }

        if (file.Compare(count, seals.Count) is { } differs)
            tell(differs);
        return new FileReport(file.Manifest, count, streams.Count, seals.Finish(count), seals.HaveSignatures);
    }

    /// <summary>Compares the seals of a file with the events before each of them.</summary>
    sealed class FileSeals(ExportManifest manifest, PublicKeys? keys, SealHead? head, Action<Difference> tell) : IDisposable
    {
        readonly SealChain chain = new(keys, head, tell);
        readonly SealedRun run = new();
        long unsealed;

        public bool HaveSignatures => chain.HasSignatures;

        public long Count { get; private set; }

        public void Add(LoggedEvent logged)
        {
            // No further seal needs the events after the last one.
            if (Count == manifest.Seals)
                unsealed++;
            else
                run.Add(logged.Position, logged.Content.Span);
        }

        public void Add(Seal read)
        {
            Count++;
            var seal = read with { Entries = run.Entries.ToArray() };
            var isSame = run.Digest().AsSpan().SequenceEqual(seal.Digest.Span);
            // Its hash covers its entries, and they are known only if its events are those that were sealed.
            chain.Add(seal, isHashKnown: isSame);
            if (!isSame)
            {
                tell(new Difference(DifferenceKind.EventChanged, $"The events that seal {seal.Number} covers ({seal.First} to {seal.Last}) are not those that were sealed.")
                {
                    Seal = seal.Number,
                });
            }

            run.Clear();
        }

        /// <summary>Ends the comparison; returns how many events follow the last seal.</summary>
        public long Finish(long events)
        {
            // A part of a log has no seals, so a seal that was kept elsewhere says nothing about it.
            if (Count > 0 || manifest.IsWhole)
                chain.Finish(events);
            if (manifest.IsWhole)
                CompareHead();
            return unsealed + run.Count;
        }

        /// <summary>A whole log has all seals up to its head, so lowering their count does not hide a removed one.</summary>
        void CompareHead()
        {
            var (newest, said) = (chain.Newest, manifest.Head);
            if (newest.Number == (said?.Number ?? 0)
                && (said is null || string.Equals(Convert.ToHexStringLower(newest.Hash.Span), said.Hash, StringComparison.OrdinalIgnoreCase)))
                return;
            var found = newest.Number == 0 ? "The file has no seal" : $"The newest seal of the file is {newest.Number}";
            var expected = said is null ? "that there was none"
                : newest.Number == said.Number ? "that its hash is another one"
                : newest.Number == 0 ? $"that seal {said.Number} was the newest"
                : $"that it was seal {said.Number}";
            tell(new Difference(DifferenceKind.Manifest, $"{found}, but its manifest says {expected}."));
        }

        public void Dispose() => run.Dispose();
    }
}
