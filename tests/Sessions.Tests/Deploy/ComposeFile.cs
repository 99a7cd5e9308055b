using System.Text.RegularExpressions;
using Sessions.Tests.Fixtures;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Sessions.Tests.Deploy;

/// <summary><c>docker-compose.yml</c>, read as Compose does: merged, and with nothing set in the environment.</summary>
sealed partial class ComposeFile
{
    readonly Dictionary<string, object> content;

    ComposeFile(Dictionary<string, object> content) => this.content = content;

    public IReadOnlyDictionary<string, Dictionary<object, object>> Services =>
        Map(content["services"]).ToDictionary(one => (string)one.Key, one => Map(one.Value), StringComparer.Ordinal);

    public IEnumerable<string> Volumes => Map(content["volumes"]).Keys.Cast<string>();

    public static ComposeFile Read()
    {
        var text = Unset().Replace(File.ReadAllText(Repository.PathOf("docker-compose.yml")), "${value}");
        var parser = new MergingParser(new Parser(new StringReader(text)));
        return new ComposeFile(new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parser));
    }

    public string Text(string service, string key) => (string)Services[service][key];

    public IReadOnlyList<string> List(string service, string key) =>
        [.. ((List<object>)Services[service].GetValueOrDefault(key, new List<object>())).Cast<string>()];

    public IReadOnlyDictionary<string, string?> Environment(string service) =>
        Map(Services[service]["environment"]).ToDictionary(one => (string)one.Key, one => (string?)one.Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\$\{\w+:-(?<value>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unset();

    static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;
}
