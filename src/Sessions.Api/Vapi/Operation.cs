namespace Sessions.Api.Vapi;

/// <summary>
/// One operation of the API: what it is called, what goes in and out, and what it does. Written once;
/// each dialect binds and prints it by these facts alone.
/// </summary>
/// <param name="Service">Its service, as <c>com.vmware.content.library.item.download_session</c>.</param>
/// <param name="Name">Its name within the service, as <c>keep_alive</c>.</param>
/// <param name="Route">Where the modern dialect has it.</param>
/// <param name="Parameters">Its input.</param>
/// <param name="Output">The type of its answer.</param>
/// <param name="Errors">Its own errors; any call may also be unauthenticated or find the server unavailable.</param>
/// <param name="Invoke">Carries it out.</param>
internal sealed record Operation(
    string Service,
    string Name,
    HttpRoute Route,
    IReadOnlyList<Parameter> Parameters,
    VapiType Output,
    IReadOnlyList<ErrorType> Errors,
    Func<Call, ValueTask<Answer>> Invoke)
{
    /// <summary>Its whole name, as validation errors use it.</summary>
    public string FullName { get; } = Service + "." + Name;

    /// <summary>What it does, in a sentence for the description of the API.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Whether it may be called without a login: only the login itself.</summary>
    public bool IsLogin { get; init; }
}

/// <summary>Where the modern dialect has an operation.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The path after <c>/api/</c>, with parameters in braces.</param>
/// <param name="Action">The value of <c>?action=</c>, or null.</param>
/// <param name="Status">The status of success.</param>
internal sealed record HttpRoute(string Verb, string Path, string? Action = null, int Status = StatusCodes.Status200OK)
{
    /// <summary>
    /// A query input whose presence selects this operation where two share a path: a single file, by its name, has the path
    /// of the list of files.
    /// </summary>
    public string? Selector { get; init; }
}

/// <summary>One input of an operation.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsOptional">Whether it may be missing.</param>
internal record Parameter(string Name, VapiType Type, bool IsOptional)
{
    /// <summary>
    /// The header that carries it in the modern dialect. Clients disagree on the spelling, and some use the query, so the
    /// server reads all of these.
    /// </summary>
    public string? Header { get; init; }
}

/// <summary>An input whose values are of this type.</summary>
internal sealed record Parameter<T>(string Name, VapiType Type, bool IsOptional = false)
    : Parameter(Name, Type, IsOptional);
