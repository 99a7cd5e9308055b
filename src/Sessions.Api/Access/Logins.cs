using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Sessions.Storage.Access;

namespace Sessions.Api.Access;

/// <summary>
/// Logs users in and out, and finds the caller behind a token. The logins are in the database, for all nodes. A node trusts
/// a lookup for a moment, so a logout on another node takes effect here once that moment is over.
/// </summary>
internal sealed class Logins(ApiSessions sessions, Users users, TimeProvider clock)
{
    /// <summary>How long a node trusts a lookup.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(2);

    /// <summary>How many lookups are kept before all are dropped.</summary>
    const int RememberedMax = 100_000;

    /// <summary>Letters and digits only: one client cuts a token at the first dash.</summary>
    const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    const int TokenLength = 40;

    /// <summary>The caller behind each token and when it was looked up; a null caller: the login is over.</summary>
    readonly ConcurrentDictionary<string, (Caller? Caller, long SeenAt)> believed = new(StringComparer.Ordinal);

    /// <summary>Logs a user in and returns the token, or null if name and password do not match.</summary>
    public async Task<string?> Add(string name, string password, CancellationToken clientGone)
    {
        if (await users.Verify(name, password, clientGone) is not { } user)
            return null;
        var token = RandomNumberGenerator.GetString(Alphabet, TokenLength);
        await sessions.Add(HashOf(token), user.Name);
        return token;
    }

    /// <summary>The caller behind a token, or null.</summary>
    public ValueTask<Caller?> Authenticate(string token) =>
        believed.TryGetValue(token, out var known) && clock.GetElapsedTime(known.SeenAt) < BelievedFor
            ? ValueTask.FromResult(known.Caller)
            : LookUp(token);

    /// <summary>The login behind a token, or null.</summary>
    public Task<ApiSession?> Find(string token) => sessions.Find(HashOf(token));

    /// <summary>Logs out.</summary>
    public async Task Remove(string token)
    {
        await sessions.Remove(HashOf(token));
        Believe(token, caller: null, clock.GetTimestamp());
    }

    async ValueTask<Caller?> LookUp(string token)
    {
        var seenAt = clock.GetTimestamp();
        if (await Find(token) is not { } session || users.Find(session.UserName) is not { } user)
        {
            // For a token that never belonged to a login, nothing is kept.
            if (believed.ContainsKey(token))
                Believe(token, caller: null, seenAt);
            return null;
        }

        var caller = new Caller(token, user);
        Believe(token, caller, seenAt);
        return caller;
    }

    /// <summary>The newest lookup wins: one that began before a logout does not undo it.</summary>
    void Believe(string token, Caller? caller, long seenAt)
    {
        if (believed.Count >= RememberedMax)
            believed.Clear();
        believed.AddOrUpdate(
            token,
            static (_, found) => found,
            static (_, known, found) => known.SeenAt > found.SeenAt ? known : found,
            (Caller: caller, SeenAt: seenAt));
    }

    static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
