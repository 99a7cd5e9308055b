using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Sessions.Faults.Arenas;

namespace Sessions.Faults.Storms;

/// <summary>
/// Users who go on with their work at the side: each creates sessions one after another, keeps them alive and
/// deletes them. How long each request took is kept, with when it was sent.
/// </summary>
sealed class Foreground(IReadOnlyList<Node> nodes, string token, Guid itemId, TimeProvider clock) : IAsyncDisposable
{
    const int Callers = 8;
    const string Sessions = "/api/content/library/item/download-session";

    /// <summary>A request that a killed node has not answered is sent to another one after this.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly HttpClient http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });
    readonly ConcurrentQueue<(long Sent, TimeSpan Took)> answered = new();
    readonly CancellationTokenSource end = new();
    Task running = Task.CompletedTask;

    public void Start() => running = Task.WhenAll(Enumerable.Range(0, Callers).Select(Drive));

    /// <summary>How long those took that were sent between two timestamps, in order.</summary>
    public TimeSpan[] Between(long from, long to) =>
        [.. answered.Where(one => one.Sent >= from && one.Sent < to).Select(one => one.Took).Order()];

    async Task Drive(int caller)
    {
        for (var turn = caller; !end.IsCancellationRequested; turn++)
        {
            var node = nodes[turn % nodes.Count];
            try
            {
                using var created = await Send(node, HttpMethod.Post, Sessions, new { library_item_id = itemId });
                if (created.StatusCode != HttpStatusCode.Created)
                    continue;
                var one = $"{Sessions}/{await created.Content.ReadFromJsonAsync<string>()}";
                (await Send(node, HttpMethod.Post, one + "?action=keep-alive", new { progress = 40 })).Dispose();
                (await Send(node, HttpMethod.Delete, one, body: null)).Dispose();
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Pause, clock);
            }
        }
    }

    async Task<HttpResponseMessage> Send(Node node, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(node.Url, path));
        request.Headers.Add("vmware-api-session-id", token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        var sent = clock.GetTimestamp();
        var answer = await http.SendAsync(request);
        if (answer.IsSuccessStatusCode)
            answered.Enqueue((sent, clock.GetElapsedTime(sent)));
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running;
        http.Dispose();
        end.Dispose();
    }
}
