using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Vapi;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// The wire as the files beside this one record it. Each request is sent as its file has it, and the answer must equal
/// the recorded one byte for byte, except for values that the file replaces by names.
/// </summary>
public sealed class ExchangeTests(WireApp app) : IClassFixture<WireApp>
{
    const string Variable = "SESSIONS_RENEW_WIRE";
    const string Extension = ".http";

    /// <summary>The dialects of the server, each with a folder of its own.</summary>
    public static readonly string[] Dialects = ["modern", "rest", "2014-json", "2014-xml", "json-rpc"];

    static readonly string Folder = Repository.PathOf("tests", "Sessions.Tests", "Wire");

    /// <summary>Each file is a test case, displayed with its whole name.</summary>
    public static IEnumerable<TheoryDataRow<string>> Files =>
        from kind in new[] { "Exchanges", "Errors", "Clients" }
        from name in FilesIn(kind)
        select new TheoryDataRow<string>(name) { TestDisplayName = $"{nameof(The_wire_is_as_it_is_written_down)}: {name}" };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_wire_is_as_it_is_written_down(string name)
    {
        var path = Path.Combine(Folder, name + Extension);
        var file = ExchangeFile.Read(path);
        await using var situation = await Situation.Prepare(app, file.Given);
        var played = await Player.Play(app.Url, file, situation);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
            await File.WriteAllTextAsync(path, played.ToString());

        played.ToString().ShouldBe(
            await File.ReadAllTextAsync(path),
            $"Either the server is wrong or the file is. To renew it, run this test with {Variable}=1; read what changed.");
    }

    [Fact]
    public void Every_operation_is_written_down_in_every_dialect()
    {
        string[] operations =
        [
            .. from operation in app.Services.GetRequiredService<IReadOnlyList<Operation>>()
               where operation.Service != WireApp.FaultyService
               from dialect in Dialects
               select $"Exchanges/{dialect}/{operation.FullName["com.vmware.".Length..]}",
        ];

        operations.Except(FilesIn("Exchanges")).ShouldBeEmpty("they have no file");
        FilesIn("Exchanges").Except(operations).ShouldBeEmpty("they are no operations");
    }

    [Fact]
    public void Every_text_of_the_table_is_written_down_in_every_dialect()
    {
        foreach (var message in Texts)
        {
            var file = ExchangeFile.Read(Path.Combine(Folder, "Errors", message.Id + Extension));
            file.Exchanges.Select(exchange => exchange.Title).ShouldBe(Dialects, message.Id);
            foreach (var exchange in file.Exchanges)
            {
                // A request that is not JSON-RPC at all gets one of the protocol's own errors.
                if (exchange.Title == "json-rpc" && exchange.Answer.Contains("\"error\":{\"code\":", StringComparison.Ordinal))
                    continue;
                exchange.Answer.ShouldContain(
                    message.With("", "", "").Id, customMessage: $"{message.Id} in {exchange.Title}");
            }
        }

        FilesIn("Errors").Select(name => name["Errors/".Length..])
            .ShouldBe(Texts.Select(message => message.Id), ignoreOrder: true);
    }

    static IEnumerable<MessageText> Texts =>
        typeof(Messages).GetFields().Select(text => text.GetValue(null)).OfType<MessageText>();

    static IEnumerable<string> FilesIn(string kind)
    {
        var folder = Path.Combine(Folder, kind);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories)
                .Select(path => Path.ChangeExtension(Path.GetRelativePath(Folder, path), null).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
            : [];
    }
}
