using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// The requests that the fuzz tests spoil: all those in the exchange files, so that a new operation is fuzzed as soon
/// as it has its files. The requests use sessions from a pool, because some requests end their session.
/// </summary>
sealed class FuzzCorpus
{
    const int PoolSize = 48;

    /// <summary>The name of the requests for data, used like that of a dialect.</summary>
    public const string Data = "data";

    /// <summary>Logins are slow on purpose, so a test of their own spoils them.</summary>
    const string Login = "cis.session.create";

    /// <summary>
    /// Operations on the login itself use a second login. After a logout, all other requests would be unauthenticated.
    /// </summary>
    const string OfLogin = "cis.session.";

    /// <summary>Unknown user names. In a login by header, the text after the first colon is the password.</summary>
    static readonly string[] Strangers =
    [
        "nobody", "nobody:ana", ":", "::", ":ana", "Ana:ana", "ana ", "größe:пароль", "💽", "a@b:c:d", "%00:%00", "' or 1=1--:x",
        new('n', 3000),
    ];

    readonly List<Names> pool = [];

    /// <summary>The requests of one dialect, with names that are yet to be filled in.</summary>
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

    /// <summary>Logins in one dialect, with user names that do not exist.</summary>
    public static Exchange[] LoginsOf(string dialect) =>
    [
        .. from exchange in ExchangeFile.Read(
               Repository.PathOf("tests", "Sessions.Tests", "Wire", "Exchanges", dialect, Login + ".http")).Exchanges
           let stranger = exchange.Request
               .Replace("Basic YW5hOmFuYQ==", "Basic {login}", StringComparison.Ordinal)
               .Replace("\"userName\":\"ana\"", "\"userName\":\"{stranger}\"", StringComparison.Ordinal)
           where stranger != exchange.Request
           select exchange with { Request = stranger },
    ];

    /// <summary>Requests for a file's bytes: all, a range, on a condition, and for the headers only.</summary>
    public static Exchange[] OfData { get; } =
    [
        .. from request in new[]
           {
               "GET {link}",
               "GET {link}\nRange: bytes=0-4",
               "GET {link}\nRange: bytes=-5\nIf-Range: {etag}",
               "GET {link}\nIf-None-Match: {etag}\nIf-Modified-Since: Wed, 01 Jan 2025 12:00:00 GMT",
               "HEAD {link}\nvmware-api-session-id: nobody",
           }
           select new Exchange(Title: null, When: null, request, Answer: ""),
    ];

    /// <summary>Prepares sessions with a prepared file and the link to it.</summary>
    public static async Task<FuzzCorpus> PrepareLinks(SessionsApp app)
    {
        var corpus = new FuzzCorpus();
        await using var node = new Node(app.ConnectionString);
        var here = new DefaultHttpContext { Request = { Scheme = app.Url.Scheme, Host = new(app.Url.Authority) } }.Request;
        var links = app.Services.GetRequiredService<DownloadLinks>();
        var item = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == "hello-world").Pin();
        var file = item.Files.Single();
        for (var number = 0; number < PoolSize; number++)
        {
            var address = NodeSentences.NewAddress();
            (await node.Send(address, new SessionCommand.Create(item))).ShouldBeAccepted();
            (await node.Send(address, new SessionCommand.PrepareFile(file.Name))).ShouldBeAccepted();
            var names = new Names();
            names.Add("link", links.LinkTo(here, address, file.Name).AbsolutePath);
            names.Add("etag", $"\"{file.Size:x}-{file.ModifiedAt.UtcTicks:x}\"");
            corpus.pool.Add(names);
        }

        return corpus;
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
            var stranger = Strangers[number % Strangers.Length];
            names.Add("stranger", stranger);
            names.Add("login", Convert.ToBase64String(Encoding.UTF8.GetBytes(stranger)));
            names.Add("session", ids[number]);
            names.Add("session 2", ids[(number + 1) % PoolSize]);
            names.Add("session 3", ids[(number + 2) % PoolSize]);
            corpus.pool.Add(names);
        }

        return corpus;
    }
}
