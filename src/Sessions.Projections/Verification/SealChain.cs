using Sessions.Projections.Seals;

namespace Sessions.Projections.Verification;

/// <summary>
/// Checks seals one after another: each must follow from the one before, match its hash, and be signed if the auditor
/// has keys. A signature also vouches for the seals before it. Once a seal is signed, all later ones are too, so an
/// unsigned one was put there.
/// </summary>
/// <param name="keys">The keys that the auditor trusts, or null for none.</param>
/// <param name="head">A seal that the auditor kept, or null.</param>
/// <param name="tell">Gets each difference.</param>
public sealed class SealChain(PublicKeys? keys, SealHead? head, Action<Difference> tell)
{
    bool isHeadFound;
    bool isVouchedFor;
    bool isTold;
    bool wasVouchedFor;

    /// <summary>The newest seal so far.</summary>
    public Seal Newest { get; private set; } = Seal.None;

    /// <summary>Whether any seal carries a signature.</summary>
    public bool HasSignatures { get; private set; }

    /// <summary>Checks the next seal; false if its number is not the next one.</summary>
    /// <param name="seal">The seal.</param>
    /// <param name="isHashKnown">Whether everything that its hash covers is known.</param>
    public bool Add(Seal seal, bool isHashKnown = true)
    {
        ArgumentNullException.ThrowIfNull(seal);
        var isNext = seal.Number == Newest.Number + 1;
        if (seal.Number <= Newest.Number)
        {
            Tell(DifferenceKind.SealForged, seal.Number, $"Seal {seal.Number} comes after seal {Newest.Number}.");
        }
        else if (!isNext)
        {
            Tell(DifferenceKind.SealMissing, Newest.Number + 1, seal.Number == Newest.Number + 2
                ? $"Seal {Newest.Number + 1} is gone."
                : $"The seals {Newest.Number + 1} to {seal.Number - 1} are gone.");
        }
        else if (!seal.Previous.Span.SequenceEqual(Newest.Hash.Span))
        {
            Tell(DifferenceKind.SealForged, seal.Number, $"Seal {seal.Number} does not follow from seal {Newest.Number}: one of them was forged.");
        }

        if (isHashKnown && !seal.Hash.Span.SequenceEqual(seal.ComputeHash()))
            Tell(DifferenceKind.SealForged, seal.Number, $"Seal {seal.Number} was altered: its hash does not match its contents.");
        CheckSignature(seal);
        CheckHead(seal);
        Newest = seal;
        return isNext;
    }

    /// <summary>Checks what can be checked only at the end.</summary>
    /// <param name="events">How many events there are, sealed or not.</param>
    public void Finish(long events)
    {
        if (head is not null && !isHeadFound)
        {
            Tell(
                DifferenceKind.SealMissing, head.Number,
                $"Seal {head.Number} was kept elsewhere but is gone: the end of the log was cut off.");
        }

        if (keys is null || isVouchedFor || isTold)
            return;
        // Removing all seals must be noticed, as removing some of them is.
        if (Newest.Number == 0 && events > 0)
            tell(new Difference(DifferenceKind.SealNotSigned, "There are events but no seals: no trusted key vouches for the events."));
        else if (Newest.Number > 0)
            Tell(DifferenceKind.SealNotSigned, Newest.Number, $"Seal {Newest.Number}, the newest, is not signed by a trusted key.");
    }

    void CheckSignature(Seal seal)
    {
        HasSignatures |= seal.Signature is not null;
        var signer = keys?.FindSigner(seal);
        isVouchedFor = signer is not null;
        isTold = keys is not null && !isVouchedFor && (seal.Signature is not null || wasVouchedFor);
        wasVouchedFor |= isVouchedFor;
        if (isTold)
        {
            Tell(DifferenceKind.SealNotSigned, seal.Number, seal.Signature is null
                ? $"Seal {seal.Number} is not signed, although one before it is."
                : $"Seal {seal.Number} has a signature, but not by a trusted key.");
        }

        if (signer is not null && !seal.Signature!.SignedBy.Span.SequenceEqual(signer))
        {
            Tell(
                DifferenceKind.SealForged, seal.Number,
                $"Seal {seal.Number} was altered: it names another key than the one that signed it.");
        }
    }

    void CheckHead(Seal seal)
    {
        if (seal.Number != head?.Number)
            return;
        isHeadFound = true;
        if (!string.Equals(Convert.ToHexStringLower(seal.Hash.Span), head.Hash, StringComparison.OrdinalIgnoreCase))
        {
            Tell(
                DifferenceKind.SealForged, seal.Number,
                $"Seal {seal.Number} is not the one that was kept elsewhere: the seals were recomputed.");
        }
    }

    void Tell(DifferenceKind kind, long number, string says) => tell(new Difference(kind, says) { Seal = number });
}
