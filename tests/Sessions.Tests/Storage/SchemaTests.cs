using System.Diagnostics;
using Npgsql;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Storage;

/// <summary><c>docs/schema.sql</c> holds the result of all migrations, so that a review sees it.</summary>
public sealed class SchemaTests(TestPostgres postgres)
{
    const string Variable = "SESSIONS_RENEW_SCHEMA";

    /// <summary>Each major version of <c>pg_dump</c> prints a schema differently.</summary>
    const int Major = 15;

    [Fact]
    public async Task The_schema_is_written_down()
    {
        var connectionString = await postgres.CreateDatabase();
        var dump = await Dump(connectionString);
        var path = Repository.PathOf("docs", "schema.sql");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
            await File.WriteAllTextAsync(path, dump);

        dump.ShouldBe(
            File.Exists(path) ? await File.ReadAllTextAsync(path) : "",
            $"docs/schema.sql is stale. Renew it by running this test with {Variable}=1.");
    }

    static async Task<string> Dump(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        await using (var connection = new NpgsqlConnection(connectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            Assert.SkipUnless(connection.PostgreSqlVersion.Major == Major,
                $"The schema is written down in the words of PostgreSQL {Major}; this is {connection.PostgreSqlVersion}.");
        }

        var program = Find("pg_dump");
        Assert.SkipWhen(program is null, $"There is no pg_dump of PostgreSQL {Major} on this machine.");
        var version = await Run(new ProcessStartInfo(program, ["--version"]));
        Assert.SkipUnless(version.Contains($" {Major}.", StringComparison.Ordinal),
            $"The schema is written down in the words of PostgreSQL {Major}, and pg_dump is {version.Trim()}.");

        var start = new ProcessStartInfo(program, [
            "--schema-only", "--no-owner", "--no-privileges", $"--host={settings.Host}", $"--port={settings.Port}",
            $"--username={settings.Username}", $"--dbname={settings.Database}"]);
        start.Environment["PGPASSWORD"] = settings.Password;
        return Strip(await Run(start));
    }

    /// <summary>Leaves out what differs between two dumps of the same schema, and what says nothing about it.</summary>
    static string Strip(string dump)
    {
        var lines = dump.Split('\n').Where(line =>
            !line.StartsWith("--", StringComparison.Ordinal)
            && !line.StartsWith('\\')
            && !line.StartsWith("SET ", StringComparison.Ordinal)
            && !line.StartsWith("SELECT pg_catalog.set_config", StringComparison.Ordinal));
        var text = string.Join('\n', lines);
        while (text.Contains("\n\n\n", StringComparison.Ordinal))
            text = text.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
        return text.Trim() + "\n";
    }

    static string? Find(string program) =>
        new[] { $"/usr/lib/postgresql/{Major}/bin" }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    static async Task<string> Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await said);
        return output;
    }
}
