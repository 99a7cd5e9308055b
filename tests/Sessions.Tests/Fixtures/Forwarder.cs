using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Sessions.Tests.Fixtures;

/// <summary>
/// A port in front of a database. A test uses it to take the database away and give it back. At first nothing listens
/// on the port; after a cut, it closes every new connection at once.
/// </summary>
sealed class Forwarder : IAsyncDisposable
{
    readonly IPEndPoint target;
    readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly Lock gate = new();
    readonly HashSet<Socket> open = [];
    Task accepting = Task.CompletedTask;
    bool isListening;
    bool isCut = true;

    public Forwarder(string host, int port)
    {
        target = new IPEndPoint(IPAddress.Parse(host), port);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>Creates a forwarder for this database, and the connection string that goes through it.</summary>
    public static Forwarder Before(string database, out string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        var forwarder = new Forwarder(settings.Host!, settings.Port);
        settings.Host = "127.0.0.1";
        settings.Port = forwarder.Port;
        connection = settings.ConnectionString;
        return forwarder;
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Breaks every connection, whatever it carries at that moment, and lets no new one through.</summary>
    public void Cut()
    {
        lock (gate)
        {
            isCut = true;
            foreach (var socket in open)
                socket.Dispose();
            open.Clear();
        }
    }

    /// <summary>Lets connections through.</summary>
    public void Restore()
    {
        lock (gate)
        {
            isCut = false;
            if (isListening)
                return;
            isListening = true;
            listener.Listen();
            accepting = Accept();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        listener.Dispose();
        await accepting;
    }

    async Task Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Serve(client);
        }
    }

    async Task Serve(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            lock (gate)
            {
                if (isCut)
                    return;
                open.Add(client);
                open.Add(server);
            }

            try
            {
                await server.ConnectAsync(target);
                await Task.WhenAny(Copy(client, server), Copy(server, client));
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                // The test cut the connection meanwhile, or the database is down. The client sees a closed connection.
            }

            lock (gate)
            {
                open.Remove(client);
                open.Remove(server);
            }
        }
    }

    static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The other direction ends with this one.
        }
    }
}
