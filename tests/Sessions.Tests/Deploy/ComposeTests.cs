using Microsoft.Extensions.Configuration;
using Sessions.Api.Hosting;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary>The form of the deployment files: whatever can be checked without running them.</summary>
public class ComposeTests
{
    static readonly ComposeFile Compose = ComposeFile.Read();

    [Fact]
    public void Two_servers_stand_behind_a_front_and_before_a_database()
    {
        Compose.Services.Keys.ShouldBe(["database", "one", "two", "front"], ignoreOrder: true);
        Compose.Text("database", "image").ShouldBe("postgres:17");
        Compose.Text("front", "image").ShouldStartWith("nginx:");
        Compose.List("front", "ports").ShouldBe(["8080:8080"]);
        foreach (var inner in new[] { "database", "one", "two" })
            Compose.List(inner, "ports").ShouldBeEmpty("only the front is reached from outside");
    }

    [Fact]
    public void The_servers_differ_in_nothing_but_their_names()
    {
        var (one, two) = (Compose.Environment("one"), Compose.Environment("two"));

        one.Where(pair => two.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key).ShouldBe(["Node__Name"]);
        one.Keys.ShouldBe(two.Keys, ignoreOrder: true);
        foreach (var key in new[] { "build", "restart", "stop_grace_period" })
            Compose.Text("one", key).ShouldBe(Compose.Text("two", key));
        Compose.List("one", "volumes").ShouldBe(Compose.List("two", "volumes"));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("two")]
    public void Each_server_can_be_started_with_what_is_set_for_it(string server)
    {
        var settings = ServerSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(Compose.Environment(server)
                .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)))
            .Build());

        var database = new Npgsql.NpgsqlConnectionStringBuilder(settings.ConnectionString);
        var environment = Compose.Environment("database");
        (database.Host, database.Username, database.Password, database.Database).ShouldBe(
            ("database", environment["POSTGRES_USER"], environment["POSTGRES_PASSWORD"], environment["POSTGRES_DB"]));
        Compose.List(server, "volumes").ShouldContain(volume => volume.Contains($":{settings.ContentRoot}:ro", StringComparison.Ordinal));
        settings.Node.Value.ShouldBe(server);
        settings.TrustedProxies.ShouldHaveSingleItem();
    }

    [Fact]
    public void Every_file_and_volume_that_is_named_is_there()
    {
        // The operator provides the folder of the library.
        var named = Compose.Services.Keys.SelectMany(service => Compose.List(service, "volumes"))
            .Select(volume => volume.Split(':')[0]).Where(source => source != "./content").ToList();

        named.ShouldNotBeEmpty();
        foreach (var source in named)
        {
            if (source.StartsWith('.'))
                File.Exists(Repository.PathOf(source)).ShouldBeTrue(source);
            else
                Compose.Volumes.ShouldContain(source);
        }
    }

    [Fact]
    public void The_image_is_built_from_this_server_and_listens_where_the_front_looks_for_it()
    {
        var lines = File.ReadAllLines(Repository.PathOf("Dockerfile"));

        lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ShouldBe(
            ["FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build", "FROM mcr.microsoft.com/dotnet/aspnet:10.0"]);
        var published = lines.Single(line => line.StartsWith("RUN dotnet publish ", StringComparison.Ordinal)).Split(' ')[3];
        Directory.Exists(Repository.PathOf(published)).ShouldBeTrue(published);
        lines.ShouldContain($"ENTRYPOINT [\"dotnet\", \"{typeof(ServerSettings).Assembly.GetName().Name}.dll\"]");
        lines.ShouldContain("ENV Urls=http://0.0.0.0:8080");
        lines.ShouldContain("EXPOSE 8080");
        lines.ShouldContain("USER app", "not as root");
    }
}
