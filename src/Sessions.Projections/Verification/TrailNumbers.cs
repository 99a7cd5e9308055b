namespace Sessions.Projections.Verification;

/// <summary>
/// Which number each event's row should have. One removed or inserted event must not make the numbers of all later rows
/// differences: if the later rows go on from a number, that number is right, and the log is what changed.
/// </summary>
sealed class TrailNumbers
{
    readonly List<(long From, long To)> gaps = [];
    (long Shift, long Number, Action TellWrong)? doubted;

    /// <summary>How much a row's number presently exceeds its event's place in the log, counted from 1.</summary>
    public long Shift { get; private set; }

    /// <summary>The number of the last row.</summary>
    public long Last { get; private set; }

    /// <summary>Takes the number of the next event that has a row.</summary>
    /// <param name="place">The event's place in the log, counted from 1.</param>
    /// <param name="number">Its row's number.</param>
    /// <param name="tellWrong">Called, perhaps later, if that number is wrong.</param>
    public void Add(long place, long number, Action tellWrong)
    {
        Decide(number - place, number);
        if (number - place != Shift)
            doubted = (number - place, number, tellWrong);
        Last = number;
    }

    /// <summary>The numbers that neither a row nor an event has, once all events were added.</summary>
    /// <param name="events">How many events there are.</param>
    /// <param name="followed">How many the trail has followed, as its checkpoint says.</param>
    /// <param name="unfounded">The numbers of rows that belong to no event, in their order.</param>
    public IEnumerable<(long From, long To)> Missing(long events, long followed, IReadOnlyList<long> unfounded)
    {
        Decide(followed - events, followed + 1);
        if (followed - events > Shift)
            gaps.Add((events + Shift + 1, followed));
        foreach (var (from, to) in gaps)
        {
            var next = from;
            foreach (var number in unfounded.Where(number => number >= from && number <= to).Append(to + 1))
            {
                if (number > next)
                    yield return (next, number - 1);
                next = number + 1;
            }
        }
    }

    /// <summary>Decides by the next number whether the one in doubt is right.</summary>
    void Decide(long shift, long number)
    {
        if (doubted is not { } before)
            return;
        doubted = null;
        // Numbers grow along the log. If the next one does not, or is what it would be without this one, this one is wrong.
        if (shift == Shift || number <= before.Number)
        {
            before.TellWrong();
            return;
        }

        if (before.Shift > Shift)
            gaps.Add((before.Number - (before.Shift - Shift), before.Number - 1));
        Shift = before.Shift;
    }
}
