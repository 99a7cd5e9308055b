using System.Net.Http.Headers;
using System.Text;

namespace Sessions.Api.Access;

/// <summary>A name and a password as HTTP Basic carries them (RFC 7617, in UTF-8).</summary>
internal readonly record struct BasicCredentials(string User, string Password)
{
    /// <summary>The request's credentials; null if it has none, another scheme, or some that cannot be read.</summary>
    public static BasicCredentials? Of(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { } encoded)
        {
            return null;
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.Split(':', 2) is [var user, var password] ? new BasicCredentials(user, password) : null;
    }
}
