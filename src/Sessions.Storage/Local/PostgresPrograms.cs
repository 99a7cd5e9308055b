using System.Diagnostics;
using System.Globalization;

namespace Sessions.Storage.Local;

/// <summary>
/// PostgreSQL's own programs, as the machine has them. PostgreSQL refuses to run as root, so root runs them under the
/// account <c>postgres</c>. Every program is waited for once it has begun: a cluster that is half made or half started
/// would have no owner.
/// </summary>
sealed class PostgresPrograms
{
    const string Account = "postgres";
    const string Variable = "SESSIONS_POSTGRES_BIN";

    /// <summary>Exit codes from this one on mean that a signal ended the program.</summary>
    const int EndedBySignal = 128;

    /// <summary>Attempts while signals end a program: a held-down Ctrl-C does not hit that moment so often.</summary>
    const int AttemptsMax = 20;

    static readonly string[] Names = ["initdb", "pg_ctl", "postgres"];

    readonly string bin;
    readonly bool asRoot;
    readonly bool needsPassage;

    PostgresPrograms(string bin, bool asRoot, bool needsPassage) =>
        (this.bin, this.asRoot, this.needsPassage) = (bin, asRoot, needsPassage);

    /// <summary>
    /// The folder that <c>SESSIONS_POSTGRES_BIN</c> names, for machines with several versions; otherwise the first that
    /// has all programs: on the path, then in the folders of Debian, of PostgreSQL's own packages and of Homebrew, newest version first.
    /// </summary>
    /// <param name="folder">Where the cluster is to live.</param>
    public static PostgresPrograms Find(string folder)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var candidates = !string.IsNullOrEmpty(named)
            ? [named]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Concat(VersionsIn("/usr/lib/postgresql", prefix: ""))
                .Concat(VersionsIn("/usr", "pgsql-"))
                .Concat(["/usr/local/pgsql/bin"])
                .Concat(VersionsIn("/opt/homebrew/opt", "postgresql@"))
                .Concat(VersionsIn("/usr/local/opt", "postgresql@"));
        var found = candidates.Where(candidate => IsThere(Path.Combine(candidate, "pg_ctl"))).Select(LedTo)
            .FirstOrDefault(folder => Names.All(name => IsThere(Path.Combine(folder, name))))
            ?? throw new PostgresMissingException(
                $"PostgreSQL's programs ({string.Join(", ", Names)}) are not {(string.IsNullOrEmpty(named) ? "on this machine" : $"in {named} ({Variable})")}. "
                + "Install them, for example with 'apt-get install postgresql', or set ConnectionStrings:Sessions to a database "
                + "that runs elsewhere.");
        var root = Environment.UserName == "root" && OperatingSystem.IsLinux();
        return new PostgresPrograms(found, root, root && !OthersMayPass(folder));
    }

    /// <summary>The path may have links to a few programs only: the folder that one leads to has all.</summary>
    static string LedTo(string candidate) => Path.GetDirectoryName(
        File.ResolveLinkTarget(Path.Combine(candidate, "pg_ctl"), returnFinalTarget: true)?.FullName) ?? candidate;

    /// <summary>Whether there is a program: a link may lead nowhere.</summary>
    static bool IsThere(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };

    /// <summary>Whether the cluster with this folder of data runs.</summary>
    /// <exception cref="PostgresFailedException">Signals ended <c>pg_ctl</c> at every attempt.</exception>
    public async Task<bool> IsRunning(string data)
    {
        var status = await Run("pg_ctl", ["status", "-D", data]);
        return status < EndedBySignal
            ? status == 0
            : throw new PostgresFailedException(
                $"{Path.Combine(bin, "pg_ctl")} failed with {status}, so it is unknown whether PostgreSQL runs in {data}.");
    }

    /// <summary>
    /// Runs a program that is safe to repeat, and returns its exit code. It is run again if a signal ended it without an
    /// answer: Ctrl-C does so when it comes before the shell ignores it.
    /// </summary>
    public async Task<int> Run(string program, IReadOnlyList<string> arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (exitCode, _) = await Start(Path.Combine(bin, program), arguments);
            if (exitCode < EndedBySignal || attempt == AttemptsMax)
                return exitCode;
        }
    }

    /// <summary>Runs a program that must succeed, once.</summary>
    /// <exception cref="PostgresFailedException">The program failed; holds its output.</exception>
    public async Task Require(string program, IEnumerable<string> arguments)
    {
        var (exitCode, output) = await Start(Path.Combine(bin, program), arguments);
        if (exitCode != 0)
            throw new PostgresFailedException($"{program} failed with {exitCode}: {output.Trim()}");
    }

    /// <summary>Makes the account that runs PostgreSQL the owner of a folder and of what is in it.</summary>
    public async Task Give(string folder)
    {
        if (!asRoot)
            return;

        using var chown = Process.Start("chown", ["-R", Account + ":", folder]);
        await chown.WaitForExitAsync();
    }

    /// <summary>Reads a file that only that account may read.</summary>
    public async Task<string> Read(string path) =>
        asRoot
            ? (await Start("/bin/cat", [path])).Output
            : await File.ReadAllTextAsync(path);

    async Task<(int ExitCode, string Output)> Start(string program, IEnumerable<string> arguments)
    {
        // The server must not inherit a pipe to this process, because it outlives this process.
        var output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        // A terminal's Ctrl-C and its closing reach the programs too. They are meant for this process, which stops what
        // it began; programs that react all the same, such as initdb, report it.
        string[] redirected = ["-c", "trap '' INT HUP; output=$1; shift; exec \"$@\" >\"$output\" 2>&1 </dev/null", "sh", output];
        foreach (var argument in redirected.Concat(AsAccount()).Append(program).Concat(arguments))
            start.ArgumentList.Add(argument);
        if (asRoot)
            start.Environment["HOME"] = "/var/lib/postgresql";
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return (process.ExitCode, await File.ReadAllTextAsync(output));
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>
    /// Root becomes the account. In a clone under root's closed home folder, the account also gets a capability to pass
    /// through to its own files; no other file changes its owner.
    /// </summary>
    string[] AsAccount() =>
        !asRoot ? []
        : !needsPassage ? ["setpriv", "--reuid=" + Account, "--regid=" + Account, "--init-groups", "--"]
        : ["setpriv", "--reuid=" + Account, "--regid=" + Account, "--init-groups",
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"];

    static bool OthersMayPass(string folder)
    {
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (!OperatingSystem.IsWindows() && (parent.UnixFileMode & UnixFileMode.OtherExecute) == UnixFileMode.None)
                return false;
        }

        return true;
    }

    /// <summary>The folders of programs of all versions in a folder, newest version first.</summary>
    /// <param name="folder">Where each version has a folder.</param>
    /// <param name="prefix">What that folder's name has before the version.</param>
    internal static IEnumerable<string> VersionsIn(string folder, string prefix) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder, prefix + "*")
                .OrderByDescending(version => double.TryParse(
                    Path.GetFileName(version)[prefix.Length..], CultureInfo.InvariantCulture, out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
            : [];
}
