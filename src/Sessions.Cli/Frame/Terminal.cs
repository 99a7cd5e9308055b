using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sessions.Cli.Frame;

/// <summary>
/// Where a command writes: tables for people, one JSON value a line for machines. Colour only on a terminal that
/// has it and whose user has not set <c>NO_COLOR</c>.
/// </summary>
internal sealed class Terminal
{
    /// <summary>A pipe has no width: a row stays on one line there, so that it can be searched for.</summary>
    const int PipeWidth = 10_000;

    static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonSerializerOptions Indented = new(OneLine) { WriteIndented = true, NewLine = "\n" };

    readonly IAnsiConsole console;
    readonly Func<CancellationToken, Task<ConsoleKeyInfo?>>? readKey;

    /// <summary>A terminal that writes into these; interactive if it has keys to read.</summary>
    public Terminal(
        TextWriter output, TextWriter error, Func<CancellationToken, Task<ConsoleKeyInfo?>>? readKey = null)
    {
        (Output, Error, this.readKey) = (output, error, readKey);
        TellsProgress = readKey is not null;
        var isPlain = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var to = new AnsiConsoleOutput(output);
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = to,
            // If only the kind of terminal decided, a pipe would get colours too.
            Ansi = to.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = to.IsTerminal && !isPlain ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!to.IsTerminal)
            console.Profile.Width = PipeWidth;
    }

    /// <summary>The process's own terminal, or what it was redirected to.</summary>
    public static Terminal OfProcess() => new(
        StandardOutput.OpenText(), Console.Error,
        Console.IsInputRedirected || Console.IsOutputRedirected ? null : Keyboard.Read)
    {
        ReaderGone = new Lazy<CancellationToken>(StandardOutput.ReaderGone),
        TellsProgress = !Console.IsErrorRedirected,
    };

    /// <summary>Gets the command's result.</summary>
    public TextWriter Output { get; }

    /// <summary>Gets errors, and the progress of a long command.</summary>
    public TextWriter Error { get; }

    /// <summary>Canceled when the output's reader is gone, for a command that may write nothing for long.</summary>
    public Lazy<CancellationToken> ReaderGone { get; private init; } = new(CancellationToken.None);

    /// <summary>Whether a user can press keys.</summary>
    public bool IsInteractive => readKey is not null;

    /// <summary>Whether progress is shown on <see cref="Error"/>, wherever the output goes.</summary>
    public bool TellsProgress { get; private init; }

    /// <summary>The next key that the user presses, or null if there are no more.</summary>
    public Task<ConsoleKeyInfo?> ReadKey(CancellationToken cancellation) =>
        readKey is null ? Task.FromResult<ConsoleKeyInfo?>(null) : readKey(cancellation);

    /// <summary>Writes a table, a tree, a panel.</summary>
    public void Write(IRenderable shown) => console.Write(shown);

    /// <summary>Writes a line of text.</summary>
    public void WriteLine(string text = "") => Output.WriteLine(PlainText.Escape(text));

    /// <summary>Writes one JSON value as one line.</summary>
    public void WriteJson(JsonNode json) => WriteLine(json.ToJsonString(OneLine));

    /// <summary>Writes one JSON value for people to read.</summary>
    public void WriteIndented(JsonNode json) => Output.WriteLine(PlainText.EscapeLines(json.ToJsonString(Indented)));

    /// <summary>Clears the screen, for a view that is redrawn after each key.</summary>
    public void Clear() => console.Clear();
}
