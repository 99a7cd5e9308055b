namespace Sessions.Api.Vapi;

/// <summary>
/// The kinds of error that the API knows, with the HTTP status of each. The map is the vendor's own, the same in its Python
/// and Go runtimes; a type that they leave out is 500.
/// </summary>
/// <param name="Name">Its canonical name, as in <c>com.vmware.vapi.std.errors.not_found</c>.</param>
/// <param name="Status">The HTTP status in the dialects that use one.</param>
public sealed record ErrorType(string Name, int Status)
{
    /// <summary>Its canonical name in full.</summary>
    public string FullName => "com.vmware.vapi.std.errors." + Name;

    /// <summary>The word by which newer clients tell errors apart, as in <c>NOT_FOUND</c>.</summary>
    public string Word { get; } = Name.ToUpperInvariant();

    /// <summary>The argument is not what the operation asks for.</summary>
    public static readonly ErrorType InvalidArgument = new("invalid_argument", 400);

    /// <summary>The request cannot be read at all.</summary>
    public static readonly ErrorType InvalidRequest = new("invalid_request", 400);

    /// <summary>The object is in a state that does not allow this.</summary>
    public static readonly ErrorType NotAllowedInCurrentState = new("not_allowed_in_current_state", 400);

    /// <summary>A limit is reached.</summary>
    public static readonly ErrorType UnableToAllocateResource = new("unable_to_allocate_resource", 400);

    /// <summary>The caller is not logged in.</summary>
    public static readonly ErrorType Unauthenticated = new("unauthenticated", 401);

    /// <summary>The caller may not do this.</summary>
    public static readonly ErrorType Unauthorized = new("unauthorized", 403);

    /// <summary>There is no such object.</summary>
    public static readonly ErrorType NotFound = new("not_found", 404);

    /// <summary>There is no such operation.</summary>
    public static readonly ErrorType OperationNotFound = new("operation_not_found", 404);

    /// <summary>Other writers were first, again and again.</summary>
    public static readonly ErrorType ConcurrentChange = new("concurrent_change", 409);

    /// <summary>A fault of this server.</summary>
    public static readonly ErrorType InternalServerError = new("internal_server_error", 500);

    /// <summary>The server cannot do it now.</summary>
    public static readonly ErrorType ServiceUnavailable = new("service_unavailable", 503);
}
