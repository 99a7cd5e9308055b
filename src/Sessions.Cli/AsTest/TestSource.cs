using System.Globalization;
using System.Text;
using Sessions.Domain;
using Sessions.Projections.History;
using static Sessions.Domain.SessionEvent;

namespace Sessions.Cli.AsTest;

/// <summary>
/// A recorded session as a test of the rules: given the events so far, when the recorded command comes, then the
/// recorded events follow.
/// </summary>
/// <param name="Text">A file for <c>tests/Sessions.Domain.Tests</c>.</param>
/// <param name="Unexplained">The versions that today's rules do not lead to: there the test will fail.</param>
internal sealed record TestSource(string Text, IReadOnlyList<int> Unexplained)
{
    /// <summary>The test of a session.</summary>
    /// <param name="history">The session.</param>
    /// <param name="assumed">The policy that is tried first.</param>
    public static TestSource Of(SessionHistory history, LeasePolicy assumed)
    {
        var item = history.Events.Select(logged => logged.Event).OfType<SessionCreated>().First().Item;
        var text = new StringBuilder(Head(history, item));
        var unexplained = new List<int>();
        var (session, version) = (Session.Initial, 0);
        foreach (var command in RecordedCommand.Of(history.Events.Select(logged => logged.Recorded)))
        {
            var events = command.Settled.AddRange(command.Decided);
            var fit = PolicyFit.Of(session, command, history.Address.Owner, assumed);
            if (fit is null)
                unexplained.Add(version + 1);
            assumed = fit?.Policy ?? assumed;
            text.Append(Fact(version, events.Length, fit?.Command ?? command.Command, command, history.Address.Owner, assumed));
            session = events.Aggregate(session, Session.Evolve);
            version += events.Length;
        }

        return new TestSource(text.Append("}\n").ToString(), unexplained);
    }

    static string Head(SessionHistory history, PinnedItem item) => $$"""
        using System.Globalization;

        namespace Sessions.Domain.Tests;

        /// <summary>The session {{history.Address.Id}} as it was recorded, command by command.</summary>
        public class Session_{{history.Address.Id.Value:N}}_Tests
        {
            static readonly PinnedItem Pinned = {{CSharp.Of(item)}};

            static readonly SessionEvent[] Stream =
            [
        {{string.Join('\n', history.Events.Select(logged => $"        {CSharp.Of(logged.Event)},"))}}
            ];

            static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

        """;

    static string Fact(
        int version, int count, SessionCommand command, RecordedCommand recorded, string owner, LeasePolicy policy)
    {
        var under = policy == new LeasePolicy() ? "" : $".Under({CSharp.Of(policy)})";
        var storage = recorded.MayReadStorage ? ", mayReadStorage: true" : "";
        var actor = recorded.Actor is null ? "null" : CSharp.Of(recorded.Actor);
        var names = string.Join("_and_", recorded.Settled.AddRange(recorded.Decided).Select(e => e.GetType().Name));
        return string.Create(CultureInfo.InvariantCulture, $"""

                [Fact]
                public void At_version_{version}_{command.GetType().Name}_is_recorded_as_{names}() =>
                    Given(Stream[..{version}]){under}
                        .When({CSharp.Of(command)}, at: {CSharp.Of(recorded.At)}, actor: {actor}{storage}, owner: {CSharp.Of(owner)})
                        .Then(Stream[{version}..{version + count}]);

            """);
    }
}
