using Sessions.Projections.History;

namespace Sessions.Cli.Imagining;

/// <summary>How many sessions would have been different, by what differs.</summary>
internal sealed record WhatIfTotals
{
    /// <summary>How many were looked at.</summary>
    public int Sessions { get; init; }

    /// <summary>How many of these would have been different in anything.</summary>
    public int Different { get; init; }

    /// <summary>How many would have ended their activity in another way, or ended it under one policy only.</summary>
    public int Otherwise { get; init; }

    /// <summary>How many would have ended their activity in the same way, but earlier.</summary>
    public int Sooner { get; init; }

    /// <summary>The same, but later.</summary>
    public int Later { get; init; }

    /// <summary>How many would have ended their activity alike, but been removed otherwise.</summary>
    public int RemovedOtherwise { get; init; }

    /// <summary>How many would have ended and been removed alike, but with commands refused.</summary>
    public int OnlyRefused { get; init; }

    /// <summary>How many would have ended otherwise.</summary>
    public int Ended => Different - OnlyRefused;

    /// <summary>How many commands were carried out that would have been refused.</summary>
    public int Refused { get; init; }

    /// <summary>The totals with one session more.</summary>
    public WhatIfTotals With(WhatIfDifference difference)
    {
        var (was, wouldBe) = (difference.Was.Activity, difference.WouldBe.Activity);
        var counted = this with { Different = Different + 1, Refused = Refused + difference.Refused };
        return difference.WouldBe.IsSame(difference.Was, WhatIf.LatenessMax) ? counted with { OnlyRefused = OnlyRefused + 1 }
            : was == wouldBe ? counted with { RemovedOtherwise = RemovedOtherwise + 1 }
            : was is null || !was.IsLike(wouldBe) ? counted with { Otherwise = Otherwise + 1 }
            : wouldBe!.At < was.At ? counted with { Sooner = Sooner + 1 }
            : counted with { Later = Later + 1 };
    }
}
