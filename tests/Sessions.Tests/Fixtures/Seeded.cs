using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Sessions.Tests.Fixtures;

/// <summary>Checks a property on generated values, which are the same in every run.</summary>
static class Seeded
{
    public static void ForAll<T>(int cases, Gen<T> values, Action<T> property)
    {
        var replay = new Replay(new Rnd(20260101, 1), FSharpOption<int>.None);
        Check.One(
            Config.QuickThrowOnFailure
                .WithQuietOnSuccess(true)
                .WithMaxTest(cases)
                .WithReplay(FSharpOption<Replay>.Some(replay)),
            Prop.ForAll(values.ToArbitrary(), property));
    }
}
