using Sessions.Api.Access;

namespace Sessions.Api.Vapi;

/// <summary>An operation being called.</summary>
/// <param name="operation">The operation.</param>
/// <param name="dialect">The name of the dialect, for the record.</param>
/// <param name="caller">Who calls; null only at a login.</param>
/// <param name="credentials">The name and password that came with the call, for a login.</param>
/// <param name="arguments">The inputs, in the order of the operation's parameters.</param>
/// <param name="http">The request.</param>
internal sealed class Call(
    Operation operation,
    string dialect,
    Caller? caller,
    BasicCredentials? credentials,
    object?[] arguments,
    HttpContext http)
{
    public Caller Caller => caller ?? throw new InvalidOperationException("Nobody is logged in.");

    public BasicCredentials? Credentials => credentials;

    public Operation Operation => operation;

    public HttpContext Http => http;

    /// <summary>
    /// Cancelled when the client has gone. It may end a wait for a turn on this server, but must not reach a statement:
    /// what the database is asked runs to its end, see <see cref="Storage.Database"/> and
    /// <see cref="Storage.Asking.AskOnce"/>.
    /// </summary>
    public CancellationToken ClientGone => http.RequestAborted;

    /// <summary>How the call came, as the record keeps it: <c>api keep_alive</c>.</summary>
    public string Origin => dialect + " " + operation.Name;

    /// <summary>The value of an input, or the type's default where an optional one is missing.</summary>
    public T? Get<T>(Parameter<T> parameter)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (ReferenceEquals(operation.Parameters[i], parameter))
                return arguments[i] is T value ? value : default;
        }

        throw new InvalidOperationException($"{operation.FullName} has no parameter {parameter.Name}.");
    }
}
