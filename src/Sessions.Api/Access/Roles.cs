using System.Collections.Immutable;

namespace Sessions.Api.Access;

/// <summary>The roles that a user may have. Without any, a user may create sessions and use their own.</summary>
internal static class Roles
{
    public const string Administrator = "administrator";
    public const string Auditor = "auditor";
    public const string ReadStorage = "ContentLibrary.ReadStorage";

    public static readonly ImmutableArray<string> All = [Administrator, Auditor, ReadStorage];
}
