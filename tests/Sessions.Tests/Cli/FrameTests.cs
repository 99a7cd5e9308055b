using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Cli.Frame;
using Sessions.Tests.Fixtures;
using static Sessions.Tests.Cli.CliSentences;

namespace Sessions.Tests.Cli;

public sealed partial class FrameTests(TestPostgres postgres)
{
    const string Id = "01a20e3d-e900-7311-9abb-3d2b0e307bec";

    /// <summary>Every command, by the name of its file: <c>DeadLettersCommand</c> is <c>dead-letters</c>.</summary>
    static readonly string[] Commands =
    [
        .. typeof(CommandLine).Assembly.GetTypes()
            .Where(type => type is { Namespace: "Sessions.Cli.Commands", IsNested: false } && type.Name.EndsWith("Command", StringComparison.Ordinal))
            .Select(type => JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name[..^"Command".Length])),
    ];

    [Fact]
    public async Task Help_names_every_command()
    {
        var help = (await Run("--help")).ShouldEnd(ExitCode.Done).Output;

        CommandInHelp().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..])
            .Select(match => match.Groups["name"].Value).ShouldBe(Commands, ignoreOrder: true);
        help.ShouldContain("--json");
    }

    [Fact]
    public async Task The_manual_has_rows_for_every_command_and_for_no_other()
    {
        var manual = await File.ReadAllTextAsync(Repository.PathOf("docs", "cli.md"));

        CommandInManual().Matches(manual).Select(match => match.Groups["name"].Value).Distinct()
            .ShouldBe(Commands, ignoreOrder: true);
    }

    [Fact]
    public async Task The_help_of_a_command_shows_how_it_is_used() =>
        (await Run("history", "--help")).ShouldEnd(ExitCode.Done).Output
            .ShouldContain("sessions history 01a20e3d-e900-7311-9abb-3d2b0e307bec --json");

    [Theory]
    [InlineData("rebuild", "sessions rebuild audit-trail")]
    [InlineData("dead-letters", "sessions dead-letters retry --all")]
    public async Task The_help_of_a_group_shows_how_it_is_used(string group, string example) =>
        (await Run(group, "--help")).ShouldEnd(ExitCode.Done).Output.ShouldContain(example);

    [Fact]
    public async Task A_word_that_is_no_command_is_wrong_usage_and_the_output_stays_empty()
    {
        var ended = (await Run("histroy")).ShouldEnd(ExitCode.Usage);

        ended.Error.ShouldContain("histroy");
        ended.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_moment_that_is_none_is_wrong_usage_and_nobody_is_asked_for_it() =>
        (await Run("state", Id, "--at", "yesterday")).ShouldEnd(ExitCode.Usage).Error
            .ShouldContain("'yesterday' is not a time");

    [Fact]
    public async Task With_nothing_configured_and_nothing_running_it_says_what_to_set() =>
        (await Run("history", Id)).ShouldEnd(ExitCode.Usage).Error.ShouldContain("ConnectionStrings:Sessions");

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_apart() =>
        (await RunOn("Host=127.0.0.1;Port=1;Username=x;Database=x", "history", Id)).ShouldEnd(ExitCode.Unreachable)
            .Error.ShouldContain("cannot be reached");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Hosst=127.0.0.1")]
    [InlineData("Host=127.0.0.1;Target Session Attributes=primary")]
    [InlineData("Host=127.0.0.1,127.0.0.1:x")]
    [InlineData("Host=127.0.0.1;Connection Idle Lifetime=5")]
    [InlineData("")]
    public async Task A_connection_string_that_is_none_is_wrong_usage(string text) =>
        (await RunOn(text, "history", Id)).ShouldEnd(ExitCode.Usage).Error.ShouldContain("connection string cannot be used");

    [Theory]
    [InlineData("{", "appsettings.json")]
    [InlineData("""{"Lease":{"Retention":"soon"}}""", "'soon' at 'Lease:Retention'")]
    public async Task A_configuration_that_cannot_be_read_is_told(string appsettings, string says) =>
        (await RunConfigured(appsettings, "what-if", "--connection", "Host=127.0.0.1;Port=1")).ShouldEnd(ExitCode.Usage)
            .Error.ShouldContain(says);

    [Theory]
    [InlineData("/no/such/folder/record.ndjson")]
    [InlineData("/tmp")]
    public async Task A_file_that_cannot_be_written_is_no_matter_of_the_database(string file) =>
        (await RunOn("Host=127.0.0.1;Port=1", "export", file)).ShouldEnd(ExitCode.Usage).Error.ShouldContain(file);

    [Fact]
    public async Task A_database_without_the_schema_is_told_to_be_migrated() =>
        (await RunOn(await postgres.CreateEmptyDatabase(), "history", Id)).ShouldEnd(ExitCode.Usage)
            .Error.ShouldContain("sessions migrate");

    [Fact]
    public async Task What_the_database_refuses_is_a_fault_in_its_own_words()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        await node.Run("alter table event_store.dead_letters rename column attempts to tries");

        (await RunOn(node.ConnectionString, "dead-letters", "list")).ShouldEnd(ExitCode.Fault)
            .Error.ShouldContain("The database reported an error: 42703: column \"attempts\" does not exist");
    }

    [Fact]
    public async Task What_the_program_did_not_expect_is_a_fault_with_the_place_where_it_happened()
    {
        await using var node = new Node(await postgres.CreateDatabase());
        await node.Run("""
            alter table event_store.dead_letters alter column attempts type text;
            insert into event_store.dead_letters (stream_id, attempts, owner, kind, last_error)
            values (gen_random_uuid(), 'many', 'ana', 'expire', 'out of luck')
            """);

        (await RunOn(node.ConnectionString, "dead-letters", "list")).ShouldEnd(ExitCode.Fault)
            .Error.ShouldContain("at Sessions.Storage.Schedule.DeadLetters.List(");
    }

    [Fact]
    public void Programs_know_a_fault_by_the_documented_code() => ExitCode.Fault.ShouldBe(4);

    [Theory]
    [InlineData("sta", "state")]
    [InlineData("sessions --json hist", "history")]
    public async Task The_tab_key_completes_commands(string typed, string completed) =>
        (await Run($"[suggest:{typed.Length}]", typed)).ShouldEnd(ExitCode.Done).Output.ShouldContain(completed);

    [Theory]
    [InlineData("bash", "complete -o default -F _sessions sessions")]
    [InlineData("zsh", "compdef _sessions sessions")]
    public async Task A_shell_gets_the_script_that_completes(string shell, string script) =>
        (await Run("completion", shell)).ShouldEnd(ExitCode.Done).Output.ShouldContain(script);

    [GeneratedRegex("^  (?<name>[a-z-]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandInHelp();

    [GeneratedRegex(@"^\| `(?<name>[a-z-]+)[ `]", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandInManual();
}
