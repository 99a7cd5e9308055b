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
        // A client that sent Expect and gets this error instead of the go-ahead keeps its body back. The connection closes,
        // so that its next request cannot be taken for that body.
        if (response.HttpContext.Request.Headers.Expect.Count > 0)
            response.Headers.Connection = "close";
    }
}
