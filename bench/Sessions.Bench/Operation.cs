namespace Sessions.Bench;

/// <summary>One operation that is measured.</summary>
/// <param name="Name">Its name on the command line and in the table.</param>
/// <param name="Request">Its name in the wrk script.</param>
/// <param name="Bare">The pgbench script of the same SQL, or null where there is none to compare with.</param>
/// <param name="Writes">Whether each call is a durable write.</param>
internal sealed record Operation(string Name, string Request, string? Bare, bool Writes)
{
    /// <summary>The web server and wrk with nothing behind them: no read can be faster.</summary>
    public static readonly Operation HttpAlone = new("http-alone", "http-alone", Bare: null, Writes: false);

    public static readonly Operation Create = new("create", "create", "create", Writes: true);
    public static readonly Operation Get = new("get", "get", "get", Writes: false);
    public static readonly Operation List = new("list", "list", "list", Writes: false);
    public static readonly Operation KeepAlive = new("keep-alive", "keep-alive", "keep-alive", Writes: true);

    /// <summary>On a server with a slack of 30 s, over so few sessions that hardly any call needs to write.</summary>
    public static readonly Operation KeepAliveSlack = new("keep-alive-slack", "keep-alive", Bare: null, Writes: false);

    public static readonly Operation Delete = new("delete", "delete", "delete", Writes: true);

    public static readonly IReadOnlyList<Operation> All = [HttpAlone, Create, Get, List, KeepAlive, KeepAliveSlack, Delete];

    /// <exception cref="FormatException">No operation has this name.</exception>
    public static Operation Of(string name) =>
        All.FirstOrDefault(operation => operation.Name == name)
        ?? throw new FormatException(
            $"{name} cannot be measured; there are: {string.Join(", ", [
                .. All.Select(operation => operation.Name),
                .. Enum.GetNames<Part>().Select(part => part.ToLowerInvariant())])}.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
