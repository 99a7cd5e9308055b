using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Identity;
using Sessions.Api.Hosting;

namespace Sessions.Api.Access;

/// <summary>A user as configured.</summary>
internal sealed class UserSettings
{
    public string Name { get; set; } = "";

    public string? Password { get; set; }

    public string? PasswordHash { get; set; }

    public IReadOnlyList<string> Roles { get; set; } = [];
}

/// <summary>A user, without the password.</summary>
internal sealed record User(string Name, ImmutableArray<string> Roles)
{
    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);
}

/// <summary>The users of this server, from its configuration.</summary>
internal sealed class Users : IDisposable
{
    /// <summary>The length of a hash's header in bytes, before its salt and the key.</summary>
    const int HashLengthMin = 13;

    readonly FrozenDictionary<string, (User User, Lazy<string> Hash)> users;
    readonly PasswordHasher<User> hasher = new();
    readonly SemaphoreSlim verifying = new(Environment.ProcessorCount);
    readonly (User User, Lazy<string> Hash) nobody;

    /// <exception cref="SettingsException">A user is configured wrongly; the message says which, and how.</exception>
    public Users(IReadOnlyList<UserSettings> settings)
    {
        users = settings
            .Select((one, index) => Check(one, index, isTaken: settings.Take(index).Any(other => other.Name == one.Name)))
            .ToFrozenDictionary(user => user.User.Name, StringComparer.Ordinal);
        nobody = (new User("", []), new Lazy<string>(() => hasher.HashPassword(nobody.User, "")));
    }

    /// <summary>A user by name, or null: the configuration may have dropped the user since the login.</summary>
    public User? Find(string name) => users.TryGetValue(name, out var found) ? found.User : null;

    /// <summary>
    /// The user of this name and password, or null. An unknown name takes as long as a known one. No more passwords are
    /// hashed at once than there are processors, because hashing is slow on purpose.
    /// </summary>
    public async Task<User?> Verify(string name, string password, CancellationToken cancellation)
    {
        var known = users.TryGetValue(name, out var found);
        var (user, hash) = known ? found : nobody;
        await verifying.WaitAsync(cancellation);
        try
        {
            var result = await Task.Run(() => hasher.VerifyHashedPassword(user, hash.Value, password), cancellation);
            return known && result != PasswordVerificationResult.Failed ? user : null;
        }
        finally
        {
            verifying.Release();
        }
    }

    public void Dispose() => verifying.Dispose();

    /// <summary>A password as the configuration may keep it: PBKDF2, salted.</summary>
    public static string Hash(string password) => new PasswordHasher<User>().HashPassword(new User("", []), password);

    /// <summary>Whether it looks like what <see cref="Hash"/> prints, whose first byte is its format.</summary>
    static bool IsHash(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > HashLengthMin && bytes[0] == 1;
    }

    (User User, Lazy<string> Hash) Check(UserSettings settings, int index, bool isTaken)
    {
        var at = $"Users:{index}";
        if (string.IsNullOrWhiteSpace(settings.Name))
            throw new SettingsException($"{at}:Name is not set.");
        if (settings.Name.Contains(':', StringComparison.Ordinal))
            throw new SettingsException(
                $"{at} ({settings.Name}) has a colon in its name, but in a login the name ends at the first colon.");
        if (isTaken)
            throw new SettingsException($"{at} ({settings.Name}) has the name of another user.");
        if (settings.PasswordHash is { } hash && !IsHash(hash))
            throw new SettingsException(
                $"{at} ({settings.Name}) has an invalid PasswordHash; 'Sessions.Api hash-password' prints a valid one.");
        if (string.IsNullOrEmpty(settings.Password) && settings.PasswordHash is null)
            throw new SettingsException($"{at} ({settings.Name}) has neither a Password nor a PasswordHash.");
        if (!string.IsNullOrEmpty(settings.Password) && settings.PasswordHash is not null)
            throw new SettingsException($"{at} ({settings.Name}) has both a Password and a PasswordHash; remove one.");
        if (settings.Roles.FirstOrDefault(role => !Roles.All.Contains(role, StringComparer.Ordinal)) is { } unknown)
            throw new SettingsException(
                $"{at} ({settings.Name}) has the unknown role '{unknown}'; it must be one of: {string.Join(", ", Roles.All)}.");

        var user = new User(settings.Name, [.. settings.Roles]);
        return (user, new Lazy<string>(() => settings.PasswordHash ?? hasher.HashPassword(user, settings.Password!)));
    }
}
