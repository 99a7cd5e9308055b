using Sessions.Api.Workers;
using Sessions.Storage;
using Sessions.Storage.Commands;

namespace Sessions.Api.Vapi.Dialects;

/// <summary>Turns whatever goes wrong while a request is answered into one of the API's errors.</summary>
internal sealed partial class Answering(DatabaseReadiness database, ILogger<Answering> log)
{
    /// <summary>The answer of a call, or null when the client has gone.</summary>
    public async ValueTask<Answer?> Answer<T>(HttpContext http, T route, Func<HttpContext, T, ValueTask<Answer>> call)
    {
        try
        {
            // Without its schema, the database would answer with errors that look like faults of this server.
            return database.Ready.IsCompleted ? await call(http, route) : Errors.Unavailable(outcomeUnknown: false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (StoreUnavailableException unavailable)
        {
            return Errors.Unavailable(unavailable.OutcomeUnknown);
        }
        catch (ConcurrentChangeException)
        {
            return Errors.TooManyRaces();
        }
        catch (Exception away) when (Failure.IsOfConnection(away))
        {
            // For commands the store reports what may have become of them; this was a read, and changed nothing.
            return Errors.Unavailable(outcomeUnknown: false);
        }
        catch (BadHttpRequestException bad)
        {
            return RequestBody.FaultOf(bad);
        }
        catch (Exception unexpected)
        {
            // The route and not the path: the path of a data link is a secret.
            LogFailed(unexpected, http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            return Errors.Internal();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    partial void LogFailed(Exception error, string method, string? path);
}
