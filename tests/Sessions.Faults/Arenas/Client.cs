using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sessions.Domain;
using Sessions.Faults.History;
using static Sessions.Domain.SessionCommand;

namespace Sessions.Faults.Arenas;

/// <summary>
/// Speaks the modern dialect with any node, and returns what came back. It sends each request once, on a connection
/// of its own, because .NET's client by default repeats a request whose connection breaks before the answer.
/// </summary>
/// <param name="keepsConnection">Whether it sends all requests on its first connection instead, and on no other.</param>
sealed class Client(bool keepsConnection = false) : IDisposable
{
    /// <summary>Why a request was turned away that got no connection.</summary>
    public const string NoConnection = "no connection";

    /// <summary>Why the outcome of a request is unknown whose connection broke.</summary>
    public const string ConnectionBroke = "the connection broke";

    const string Sessions = "/api/content/library/item/download-session";

    /// <summary>Marks a request that may have been sent.</summary>
    static readonly HttpRequestOptionsKey<bool> HadConnection = new("had a connection");

    readonly HttpClient http = new(Connections(keepsConnection)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Logs in a user, whose password equals the name; returns the token.</summary>
    public async Task<string> LogIn(Uri node, string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node, "/api/session"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{user}")));
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<string>())!;
    }

    /// <summary>Sends one request and returns what came back.</summary>
    public async Task<Answer> Ask(
        Uri node, string token, Asked asked, SessionId? session, string traceParent, TimeSpan patience)
    {
        using var request = RequestOf(node, asked, session);
        request.Headers.Add("vmware-api-session-id", token);
        request.Headers.Add("traceparent", traceParent);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            using var answer = await http.SendAsync(request, limit.Token);
            return AnswerOf(asked, answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (HttpRequestException broken)
            when (broken.HttpRequestError == HttpRequestError.ConnectionError && !request.Options.TryGetValue(HadConnection, out _))
        {
            return new Answer.TurnedAway(NoConnection);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new Answer.Unknown(ConnectionBroke);
        }
        catch (OperationCanceledException)
        {
            return new Answer.Unknown("no answer in time");
        }
    }

    static HttpRequestMessage RequestOf(Uri node, Asked asked, SessionId? session)
    {
        var one = $"{Sessions}/{session}";
        var (method, path, body) = asked switch
        {
            Asked.Create c => (HttpMethod.Post, Sessions, new { library_item_id = c.ItemId }),
            Asked.List => (HttpMethod.Get, Sessions, null),
            Asked.Get => (HttpMethod.Get, one, null),
            Asked.Files => (HttpMethod.Get, one + "/file", null),
            Asked.File c => (HttpMethod.Get, one + "/file?file_name=" + c.Name, null),
            // Every node accepts the link, whichever node made it.
            Asked.Fetch c => (HttpMethod.Get, c.Link.PathAndQuery, null),
            Asked.Command { What: KeepAlive c } => (HttpMethod.Post, one + "?action=keep-alive", new { progress = c.Progress }),
            Asked.Command { What: Cancel } => (HttpMethod.Post, one + "?action=cancel", null),
            Asked.Command { What: Fail c } => (HttpMethod.Post, one + "?action=fail", new { client_error_message = c.Message }),
            Asked.Command { What: PrepareFile c } => (HttpMethod.Post, one + "/file?action=prepare", new { file_name = c.FileName }),
            Asked.Command { What: Delete } => (HttpMethod.Delete, one, (object?)null),
            _ => throw new ArgumentOutOfRangeException(nameof(asked), asked, "no client asks this"),
        };
        var request = new HttpRequestMessage(method, new Uri(node, path));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (asked is Asked.Create { Token: { } token })
            request.Headers.Add("Client-Token", token.ToString("D"));
        return request;
    }

    static Answer AnswerOf(Asked asked, HttpStatusCode status, byte[] body)
    {
        try
        {
            return (int)status is >= 200 and < 300 ? SuccessOf(asked, body) : FailureOf(status, body);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return MistakeOf(status, body);
        }
    }

    static Answer SuccessOf(Asked asked, byte[] body) => asked switch
    {
        Asked.Create => new Answer.Created(IdOf(JsonSerializer.Deserialize<string>(body)!)),
        Asked.List => new Answer.Listed([.. JsonSerializer.Deserialize<string[]>(body)!.Select(IdOf)]),
        Asked.Get => SeenIn(JsonSerializer.Deserialize<JsonElement>(body)),
        Asked.Files => new Answer.SeenFiles([.. JsonSerializer.Deserialize<JsonElement[]>(body)!.Select(FileIn)]),
        Asked.File => new Answer.SeenFiles([FileIn(JsonSerializer.Deserialize<JsonElement>(body))]),
        Asked.Fetch => new Answer.Fetched(Convert.ToHexString(SHA256.HashData(body))),
        Asked.Command { What: PrepareFile } => new Answer.Done(LinkIn(JsonSerializer.Deserialize<JsonElement>(body))),
        _ => new Answer.Done(),
    };

    static Answer FailureOf(HttpStatusCode status, byte[] body)
    {
        var error = JsonSerializer.Deserialize<JsonElement>(body);
        var type = error.GetProperty("error_type").GetString()!;
        var message = error.GetProperty("messages")[0].GetProperty("id").GetString()!;
        return type switch
        {
            "SERVICE_UNAVAILABLE" when message.EndsWith("outcome_unknown", StringComparison.Ordinal) => new Answer.Unknown(message),
            "SERVICE_UNAVAILABLE" or "CONCURRENT_CHANGE" => new Answer.TurnedAway(message),
            "NOT_FOUND" or "NOT_ALLOWED_IN_CURRENT_STATE" or "INVALID_ARGUMENT" or "UNABLE_TO_ALLOCATE_RESOURCE" => new Answer.Refused(type),
            _ => MistakeOf(status, body),
        };
    }

    static Answer.Mistake MistakeOf(HttpStatusCode status, byte[] body) => new($"{(int)status} {Encoding.UTF8.GetString(body)}");

    static Answer.Seen SeenIn(JsonElement session) => new(
        session.GetProperty("state").GetString()!,
        session.GetProperty("client_progress").GetInt32(),
        session.GetProperty("expiration_time").GetDateTimeOffset());

    static SeenFile FileIn(JsonElement file) => new(
        file.GetProperty("name").GetString()!,
        file.GetProperty("size").GetInt64(),
        file.GetProperty("status").GetString()!,
        file.TryGetProperty("checksum_info", out _));

    static Uri? LinkIn(JsonElement file) =>
        file.TryGetProperty("download_endpoint", out var endpoint) ? new Uri(endpoint.GetProperty("uri").GetString()!) : null;

    static SessionId IdOf(string text) =>
        SessionId.TryParse(text, out var id) ? id : throw new FormatException(text);

    static SocketsHttpHandler Connections(bool areKept)
    {
        var isConnected = false;
        return new SocketsHttpHandler
        {
            PooledConnectionLifetime = areKept ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = async (context, cancellation) =>
            {
                var options = context.InitialRequestMessage.Options;
                if ((areKept && isConnected) || options.TryGetValue(HadConnection, out _))
                    throw new IOException("The connection is gone, and there is one only.");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }

                isConnected = true;
                options.Set(HadConnection, true);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    public void Dispose() => http.Dispose();
}
