using System.CommandLine;
using Sessions.Cli.Frame;

namespace Sessions.Cli.Commands;

/// <summary><c>sessions completion SHELL</c>: the script that lets a shell complete these commands.</summary>
internal static class CompletionCommand
{
    static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _sessions() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _sessions sessions
            """,
        ["zsh"] = """
            _sessions() {
                local -a found
                found=("${(@f)$("$words[1]" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -- $found || _files
            }
            compdef _sessions sessions
            """,
    };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Verb("completion", "Print the script that completes these commands with the tab key.")
        {
            Examples =
            [
                ("source <(sessions completion bash)", "completes in this shell"),
                ("sessions completion bash >> ~/.bashrc", "completes in every new shell"),
            ],
        };
        command.Arguments.Add(shell);
        command.SetAction(parsed => terminal.Output.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
