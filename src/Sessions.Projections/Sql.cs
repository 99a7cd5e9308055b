using Sessions.Storage;

namespace Sessions.Projections;

/// <summary>The statements of this project: each type that runs one reads it once, by its file's name.</summary>
static class Sql
{
    public static string Read(string name) => SqlFile.Read(typeof(Sql).Assembly, name);
}
