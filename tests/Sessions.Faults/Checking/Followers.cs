using Sessions.Storage.Log;

namespace Sessions.Faults.Checking;

/// <summary>What a reader met that followed the log while it was written.</summary>
static class Followers
{
    public static IEnumerable<string> Broken(Facts facts)
    {
        var written = facts.Run.Log.Select(recorded => recorded.Position).ToHashSet();
        var met = facts.Run.Followed;
        var once = new HashSet<LogPosition>();
        for (var i = 0; i < met.Length; i++)
        {
            if (!once.Add(met[i]))
                yield return $"{met[i]} met twice";
            else if (i > 0 && met[i] < met[i - 1])
                yield return $"{met[i]} met behind {met[i - 1]}";
            if (!written.Contains(met[i]))
                yield return $"{met[i]} met, and not in the log";
        }

        foreach (var skipped in written.Except(once))
            yield return $"{skipped} skipped";
    }
}
