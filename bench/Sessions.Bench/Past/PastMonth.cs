using System.Globalization;
using Sessions.Domain;

namespace Sessions.Bench.Past;

/// <summary>
/// A month of many lives at once, in the order in which it would have been recorded; the last sessions
/// begin now. The same seed gives the same lives.
/// </summary>
internal sealed class PastMonth(int sessions, DateTimeOffset now)
{
    /// <summary>How long the month lasts.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromDays(30);

    const int Owners = 10_000;
    const int Items = 500;
    const int Seed = 20_261_124;

    /// <summary>Of a hundred sessions, this many belong to one user, and this many are on one item.</summary>
    const int Favored = 2;

    readonly Random random = new(Seed);

    /// <summary>The last moment of the month.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The policy that was in force.</summary>
    public LeasePolicy Policy { get; } = new();

    /// <summary>The users, by number.</summary>
    public static string Owner(int number) => string.Create(CultureInfo.InvariantCulture, $"user-{number:D5}");

    /// <summary>The items, by number.</summary>
    public static Guid Item(int number) => new(number + 1, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Every event, with its session's life, which already includes it.</summary>
    public IEnumerable<(PastLife Life, PastEvent Event)> Live()
    {
        var items = Enumerable.Range(0, Items).Select(Pin).ToArray();
        var pause = Length / sessions;
        var upcoming = new PriorityQueue<PastLife, DateTimeOffset>();
        for (var begun = 0; begun < sessions || upcoming.Count > 0;)
        {
            var born = now - (pause * (sessions - begun));
            PastLife life;
            if (begun < sessions && (!upcoming.TryPeek(out _, out var soonest) || born <= soonest))
            {
                begun++;
                life = new PastLife(
                    random,
                    new SessionAddress(new SessionId(Guid.CreateVersion7(born)), Owner(Draw(Owners))),
                    items[Draw(Items)],
                    Policy);
                soonest = born;
            }
            else
            {
                upcoming.TryDequeue(out life!, out soonest);
            }

            // Steps after now have not happened yet.
            if (soonest > now)
            {
                Living.Add(life);
                continue;
            }

            foreach (var happened in life.Step(random, soonest))
                yield return (life, happened);
            if (life.NextAfter(soonest) is { } next)
                upcoming.Enqueue(life, next);
        }
    }

    /// <summary>The lives that have not ended when the month does.</summary>
    public List<PastLife> Living { get; } = [];

    /// <summary>A random index, the first more often than any other.</summary>
    int Draw(int count) => random.Next(100) < Favored ? 0 : random.Next(count);

    PinnedItem Pin(int number)
    {
        var changed = now - Length - TimeSpan.FromDays(number);
        return new PinnedItem(
            Item(number),
            "1",
            [
                .. Enumerable.Range(0, 1 + (number % 2)).Select(file => new PinnedFile(
                    string.Create(CultureInfo.InvariantCulture, $"appliance-{number}-disk{file}.vmdk"),
                    random.NextInt64(1 << 20, 1L << 34),
                    changed)),
            ]);
    }
}
