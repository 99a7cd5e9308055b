using FsCheck;
using FsCheck.Fluent;

namespace Sessions.Domain.Tests;

/// <summary>
/// Random tests that are the same in every run. A failure prints the case, shrunk, and the seed of its
/// step; the seeds below can be changed by hand to look elsewhere.
/// </summary>
static class Seeded
{
    const int Cases = 150;
    const ulong Seed = 20260301;
    const ulong Gamma = 11; // FsCheck needs an odd one.

    public static void ForAll<T>(Gen<T> values, Action<T> property) => ForAll(Arb.From(values), property);

    public static void ForAll<T>(Arbitrary<T> values, Action<T> property) =>
        Prop.ForAll(values, property).Check(
            Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(Seed, Gamma).WithQuietOnSuccess(true));
}
