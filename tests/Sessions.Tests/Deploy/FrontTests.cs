using System.Diagnostics;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Deploy;

/// <summary><c>deploy/nginx.conf</c>.</summary>
public class FrontTests
{
    static readonly string Text = File.ReadAllText(Repository.PathOf("deploy", "nginx.conf"));

    [Fact]
    public void It_leads_to_every_server_and_listens_where_compose_looks_for_it()
    {
        Values("server").ShouldBe(["one:8080", "two:8080"]);
        Values("listen").ShouldBe(["8080"]);
        Values("proxy_pass").Distinct().ShouldHaveSingleItem().ShouldBe("http://sessions");
    }

    /// <summary>What the README asks of every proxy.</summary>
    [Fact]
    public void It_says_itself_who_the_client_is_and_does_not_buffer()
    {
        foreach (var header in new[] { "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host" })
            Text.ShouldContain($"proxy_set_header {header} $");
        Values("proxy_buffering").ShouldBe(["off"]);
    }

    [Fact]
    public void Its_braces_fit_and_every_directive_ends()
    {
        var depth = 0;
        foreach (var line in Text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            line[^1].ShouldBeOneOf('{', '}', ';');
            depth += line[^1] == '{' ? 1 : line[^1] == '}' ? -1 : 0;
            depth.ShouldBeGreaterThanOrEqualTo(0, line);
        }

        depth.ShouldBe(0);
    }

    [Fact]
    public async Task Nginx_itself_takes_it()
    {
        var folder = Directory.CreateTempSubdirectory("sessions-nginx-").FullName;
        try
        {
            // The names of the servers are known in their own network only.
            var front = Text
                .Replace("server one:", "server 127.0.0.1:", StringComparison.Ordinal)
                .Replace("server two:", "server 127.0.0.1:", StringComparison.Ordinal);
            await File.WriteAllTextAsync($"{folder}/front.conf", front);
            await File.WriteAllTextAsync($"{folder}/nginx.conf", $$"""
                pid {{folder}}/pid;
                error_log stderr;
                events { }
                http {
                    access_log off;
                    client_body_temp_path {{folder}}/body;
                    proxy_temp_path {{folder}}/proxy;
                    fastcgi_temp_path {{folder}}/fastcgi;
                    uwsgi_temp_path {{folder}}/uwsgi;
                    scgi_temp_path {{folder}}/scgi;
                    include {{folder}}/front.conf;
                }
                """);
            var (code, said) = await Check($"{folder}/nginx.conf");

            code.ShouldBe(0, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<(int Code, string Said)> Check(string configuration)
    {
        var program = new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no nginx on this machine to read deploy/nginx.conf.");
        using var nginx = Process.Start(new ProcessStartInfo(program, ["-t", "-c", configuration, "-e", "stderr"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = await nginx.StandardError.ReadToEndAsync();
        await nginx.WaitForExitAsync();
        return (nginx.ExitCode, said);
    }

    /// <summary>The first words behind a directive, wherever it stands.</summary>
    static IEnumerable<string> Values(string directive) =>
        from line in Text.Split('\n')
        let words = line.Trim().TrimEnd(';').Split(' ')
        where words[0] == directive && words[1] != "{"
        select words[1];
}
