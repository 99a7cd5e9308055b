using Microsoft.Extensions.DependencyInjection;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// The requests that are spoiled: all that are written down, so that a new operation is fuzzed as soon
/// as it has its files. They speak of sessions out of a pool, because some of them end one.
/// </summary>
sealed class FuzzCorpus
{
    const int PoolSize = 48;

    /// <summary>Logins are slow on purpose.</summary>
    const string Login = "cis.session.create";

    /// <summary>
    /// What concerns the login itself has one of its own: after a logout all other requests would be
    /// those of a stranger.
    /// </summary>
    const string OfLogin = "cis.session.";

    readonly List<Names> pool = [];

    /// <summary>Requests of one dialect, whose names are still to be filled in.</summary>
    public static Exchange[] Of(string dialect)
    {
        var folder = Repository.PathOf("tests", "Sessions.Tests", "Wire", "Exchanges", dialect);
        return
        [
            .. from path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
               let name = Path.GetFileNameWithoutExtension(path)
               where name != Login
               from exchange in ExchangeFile.Read(path).Exchanges
               select name.StartsWith(OfLogin, StringComparison.Ordinal)
                   ? exchange with { Request = exchange.Request.Replace("{token}", "{token 2}", StringComparison.Ordinal) }
                   : exchange,
        ];
    }

    public Names At(int number) => pool[number % pool.Count];

    public static async Task<FuzzCorpus> Prepare(SessionsApp app, string token, string anotherToken)
    {
        var corpus = new FuzzCorpus();
        var content = app.Services.GetRequiredService<ContentLibrary>().Current;
        await using var node = new Node(app.ConnectionString);
        var ids = new List<string>();
        foreach (var item in Enumerable.Range(0, PoolSize).Select(number => content.Items[number % content.Items.Length]))
        {
            var address = NodeSentences.NewAddress();
            (await node.Send(address, new SessionCommand.Create(item.Pin()))).ShouldBeAccepted();
            ids.Add(address.Id.ToString());
        }

        for (var number = 0; number < PoolSize; number++)
        {
            var names = new Names();
            names.Add("token", token);
            names.Add("token 2", anotherToken);
            foreach (var library in content.Libraries)
                names.Add(library.Name, library.Id.ToString("D"));
            foreach (var item in content.Items)
                names.Add(item.Name, item.Id.ToString("D"));
            names.Add("session", ids[number]);
            names.Add("session 2", ids[(number + 1) % PoolSize]);
            names.Add("session 3", ids[(number + 2) % PoolSize]);
            corpus.pool.Add(names);
        }

        return corpus;
    }
}
