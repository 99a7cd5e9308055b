using System.Diagnostics;
using System.Globalization;

namespace Sessions.Storage.Local;

/// <summary>
/// PostgreSQL's own programs, as the machine has them. PostgreSQL refuses to run as root, so root
/// runs them under the account <c>postgres</c>. What was begun is waited for: a cluster that is half made or half started
/// would have no owner.
/// </summary>
sealed class PostgresPrograms
{
    const string Account = "postgres";
    const string Variable = "SESSIONS_POSTGRES_BIN";

    /// <summary>Exit codes from it on are those of programs that a signal has ended.</summary>
    const int EndedBySignal = 128;

    /// <summary>A key that is held down does not meet that moment so often.</summary>
    const int AttemptsMax = 20;

    static readonly string[] Names = ["initdb", "pg_ctl", "postgres"];

    readonly string bin;
    readonly bool asRoot;
    readonly bool needsPassage;

    PostgresPrograms(string bin, bool asRoot, bool needsPassage) =>
        (this.bin, this.asRoot, this.needsPassage) = (bin, asRoot, needsPassage);

    /// <summary>
    /// The folder that <c>SESSIONS_POSTGRES_BIN</c> names, for machines with several versions; else the
    /// newest programs there are, on the path or where Debian and Fedora put them.
    /// </summary>
    /// <param name="folder">Where the cluster is to live.</param>
    public static PostgresPrograms Find(string folder)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var candidates = !string.IsNullOrEmpty(named)
            ? [named]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Concat(VersionsIn("/usr/lib/postgresql"))
                .Concat(VersionsIn("/usr/local/opt"))
                .Concat(["/usr/pgsql/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin"]);
        var found = candidates.Where(candidate => IsThere(Path.Combine(candidate, "pg_ctl"))).Select(LedTo)
            .FirstOrDefault(folder => Names.All(name => IsThere(Path.Combine(folder, name))))
            ?? throw new PostgresMissingException(
                $"PostgreSQL's programs ({string.Join(", ", Names)}) are not {(string.IsNullOrEmpty(named) ? "on this machine" : $"in {named} ({Variable})")}. "
                + "Install them, for example with 'apt-get install postgresql', or set ConnectionStrings:Sessions to a database "
                + "that runs elsewhere.");
        var root = Environment.UserName == "root" && OperatingSystem.IsLinux();
        return new PostgresPrograms(found, root, root && !OthersMayPass(folder));
    }

    /// <summary>Of links on the path there may be few: the folder that one leads to has all programs.</summary>
    static string LedTo(string candidate) => Path.GetDirectoryName(
        File.ResolveLinkTarget(Path.Combine(candidate, "pg_ctl"), returnFinalTarget: true)?.FullName) ?? candidate;

    /// <summary>Whether there is a program; a link may lead nowhere.</summary>
    static bool IsThere(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };

    /// <summary>Whether a cluster runs, by its folder of data.</summary>
    /// <exception cref="PostgresFailedException">The program that knows it ends before it says anything.</exception>
    public async Task<bool> IsRunning(string data)
    {
        var status = await Run("pg_ctl", ["status", "-D", data]);
        return status < EndedBySignal
            ? status == 0
            : throw new PostgresFailedException($"{Path.Combine(bin, "pg_ctl")} ends with {status}, and does not say whether PostgreSQL runs in {data}.");
    }

    /// <summary>
    /// Runs one that may be run again, and returns its exit code. It is run again if a signal has ended it, as Ctrl-C does
    /// that comes before it is told to ignore that: then it has not said anything.
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

    /// <summary>Runs one that must succeed, and once.</summary>
    /// <exception cref="PostgresFailedException">It failed; holds what it said.</exception>
    public async Task Require(string program, IEnumerable<string> arguments)
    {
        var (exitCode, output) = await Start(Path.Combine(bin, program), arguments);
        if (exitCode != 0)
            throw new PostgresFailedException($"{program} failed with {exitCode}: {output.Trim()}");
    }

    /// <summary>Lets the account that runs PostgreSQL own a folder and what is in it.</summary>
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
        // What the server inherits must not be a pipe to us: it lives on when we are gone.
        var output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        // Ctrl-C of a terminal reaches them too, and that it is closed. It is for the server, which stops what they began; those
        // that hear of it all the same, as initdb, say so.
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
    /// Root becomes the account. In a clone under root's closed home folder the account must also be
    /// let through to its own files; nothing else changes hands.
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

    static IEnumerable<string> VersionsIn(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder)
                .OrderByDescending(version => double.TryParse(
                    Path.GetFileName(version), CultureInfo.InvariantCulture, out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
            : [];
}
