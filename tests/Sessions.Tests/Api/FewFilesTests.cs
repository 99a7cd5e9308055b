using System.Net;
using System.Net.Sockets;
using System.Text;
using Sessions.Api.Hosting;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

/// <summary>A server whose process may open few files: a connection takes one, and a download two.</summary>
public sealed class FewFilesTests
{
    [Fact]
    public async Task With_few_files_it_takes_fewer_connections_says_so_and_lives()
    {
        var files = OpenFiles.Max() ?? long.MaxValue;
        Assert.SkipUnless(files >= 3000, $"1200 connections are to be opened here; this process may have {files} files open.");
        await using var folder = new ServerFolder();
        await using var server = ServerProcess.Develop(folder.FullPath, most: 1024);
        var url = await server.Listening();
        var sockets = new List<Socket>();
        for (var i = 0; i < 1200; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            sockets.Add(socket);
        }

        foreach (var socket in sockets)
            socket.Dispose();

        await url.CreateSession();
        server.Output.ShouldContain("Accepting at most 312 connections");
    }

    [Fact]
    public async Task With_few_files_no_number_of_downloads_ends_it()
    {
        await using var folder = new ServerFolder();
        var item = Directory.CreateDirectory(Path.Combine(folder.FullPath, "content", "library", "item"));
        await using (var large = File.Create(Path.Combine(item.FullName, "large")))
            large.SetLength(64 << 20);
        await using var server = ServerProcess.Develop(folder.FullPath, most: 1024, Path.Combine(folder.FullPath, "content"));
        var url = await server.Listening();
        var id = await url.CreateSession();
        using var demo = await url.ClientOf("demo");
        await demo.Prepare(id, "large");
        var link = new Uri((await demo.Await(id, "large"))[^1].Link());
        var readers = new List<(Socket Socket, bool Reads)>();
        for (var i = 0; i < 600; i++)
            readers.Add(await BeginToRead(link));

        foreach (var (socket, _) in readers)
            socket.Dispose();

        readers.Count(reader => reader.Reads).ShouldBeInRange(250, 312);
        await url.CreateSession();
        server.Output.ShouldNotContain("Too many open files");
    }

    /// <summary>Requests a file and reads nothing after the status; the server may refuse instead.</summary>
    static async Task<(Socket Socket, bool Reads)> BeginToRead(Uri link)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, link.Port);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {link.PathAndQuery} HTTP/1.1\r\nHost: {link.Authority}\r\n\r\n"));
            var status = new byte[12];
            await socket.ReceiveAsync(status);
            return (socket, status.AsSpan().SequenceEqual("HTTP/1.1 200"u8));
        }
        catch (SocketException)
        {
            // The server closed the connection at once, because it is one too many.
            return (socket, false);
        }
    }
}
