namespace Sessions.Bench;

/// <summary>The users who log in and call, each with sessions of one purpose.</summary>
internal static class Caller
{
    public const string Path = "/api/content/library/item/download-session";

    /// <summary>One of ten thousand users with ten sessions each.</summary>
    public const string Lister = "user-00000";

    public const string Creator = "creator";

    /// <summary>The owner of the sessions that are kept alive and read.</summary>
    public const string Keeper = "keeper";

    /// <summary>The owner of the few sessions that are kept alive under a slack.</summary>
    public const string SlackKeeper = "slack-keeper";

    public const string Deleter = "deleter";

    public static readonly IReadOnlyList<string> All = [Lister, Creator, Keeper, SlackKeeper, Deleter];

    /// <summary>The user who sends an operation's requests.</summary>
    public static string Of(Operation operation) =>
        operation == Operation.List ? Lister
        : operation == Operation.Create ? Creator
        : operation == Operation.KeepAliveSlack ? SlackKeeper
        : operation == Operation.Delete ? Deleter
        : Keeper;
}
