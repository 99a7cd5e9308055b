namespace Sessions.Bench;

/// <summary>What a waiting person sees; the results go elsewhere.</summary>
internal static class Progress
{
    public static void Say(string line) => Console.Error.WriteLine(line);
}
