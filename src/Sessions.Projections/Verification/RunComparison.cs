using Sessions.Projections.Seals;

namespace Sessions.Projections.Verification;

/// <summary>Compares a seal with the events that lie in its place in the log, and names each that differs.</summary>
static class RunComparison
{
    /// <summary>Reports what differs; nothing if the run is what was sealed.</summary>
    public static void Compare(Seal seal, SealedRun run, Action<Difference> tell)
    {
        if (run.Digest().AsSpan().SequenceEqual(seal.Digest.Span))
            return;

        var isNamed = false;
        foreach (var difference in Name(seal, run))
        {
            tell(difference with { Seal = seal.Number });
            isNamed = true;
        }

        // Contents, positions and transactions are the sealed ones, so only the epochs can differ.
        if (!isNamed && seal.Hash.Span.SequenceEqual(seal.ComputeHash()))
        {
            tell(new Difference(
                DifferenceKind.EventMoved,
                $"Events of seal {seal.Number} ({seal.First} to {seal.Last}) have another epoch than when they were sealed.")
            {
                Seal = seal.Number,
            });
        }
    }

    static IEnumerable<Difference> Name(Seal seal, SealedRun run)
    {
        var sealedThen = SealEntry.ReadAll(seal.Entries.Span);
        var found = SealEntry.ReadAll(run.Entries);
        var missing = sealedThen.Except(found).ToList();
        var known = sealedThen.ToHashSet();
        var missingByLeaf = missing.ToLookup(entry => entry.Leaf);
        var missingByPosition = missing.ToLookup(entry => entry.Position);
        var explained = new HashSet<SealEntry>();

        for (var i = 0; i < found.Length; i++)
        {
            var entry = found[i];
            if (known.Contains(entry))
                continue;

            var (session, version) = run.Events[i];
            var (kind, says) = (DifferenceKind.EventInserted, "was never sealed, but lies among events that were");
            if (missingByLeaf[entry.Leaf].FirstOrDefault(one => !explained.Contains(one)) is { Position: > 0 } from)
            {
                explained.Add(from);
                (kind, says) = (DifferenceKind.EventMoved, from.Position == entry.Position
                    ? $"was sealed under transaction {from.Transaction} and now lies under {entry.Transaction}"
                    : $"was sealed at position {from.Position}");
            }
            else if (missingByPosition[entry.Position].FirstOrDefault(one => !explained.Contains(one)) is { Position: > 0 } was)
            {
                explained.Add(was);
                (kind, says) = (DifferenceKind.EventChanged, "is not what was sealed");
            }

            yield return new Difference(
                kind, $"The event at position {entry.Position}, version {version} of session {session:D}, {says}.")
            {
                Session = session, Version = version, Position = entry.Position,
            };
        }

        foreach (var gone in missing.Where(entry => !explained.Contains(entry)))
        {
            yield return new Difference(
                DifferenceKind.EventRemoved,
                $"The event at position {gone.Position} of transaction {gone.Transaction} was sealed and is gone.")
            {
                Position = gone.Position,
            };
        }
    }
}
