namespace Sessions.Api.Vapi.Dialects;

/// <summary>The headers that errors have in every dialect that uses statuses.</summary>
internal static class ErrorHeaders
{
    public static void Write(HttpResponse response, VapiError error)
    {
        response.StatusCode = error.Status;
        if (error.Challenge is not null)
            response.Headers.WWWAuthenticate = error.Challenge;
        if (error.Allow is not null)
            response.Headers.Allow = error.Allow;
        if (error.RetryAfter is { } pause)
            response.Headers.RetryAfter = $"{(int)Math.Ceiling(pause.TotalSeconds)}";
        // Whoever waits to be asked for his body, and is told this instead, shall not send his next request in its place.
        if (response.HttpContext.Request.Headers.Expect.Count > 0)
            response.Headers.Connection = "close";
    }
}
