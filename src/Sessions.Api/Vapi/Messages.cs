namespace Sessions.Api.Vapi;

/// <summary>
/// The table of texts. Clients may translate by id, so an id never changes its meaning and the order
/// of its arguments stays.
/// </summary>
internal static class Messages
{
    public static readonly MessageText SessionNotFound =
        new("download_session_not_found", "The download session {0} does not exist.");

    public static readonly MessageText SessionDeleted =
        new("download_session_deleted", "The download session {0} was deleted by {1} at {2}.");

    public static readonly MessageText SessionPurged = new(
        "download_session_purged", "The download session {0} had ended; it was removed by the system at {1}.");

    public static readonly MessageText SessionNotActive = new(
        "download_session_not_active", "The download session {0} is {1}; this needs one that is active.");

    public static readonly MessageText ProgressOutOfRange =
        new("download_session_progress_out_of_range", "Progress is a number from 0 to 100.");

    public static readonly MessageText ClientErrorTooLong = new(
        "download_session_client_error_too_long", "An error message has at most {0} characters.");

    public static readonly MessageText FileNotFound =
        new("download_session_file_not_found", "The download session {0} has no such file.");

    public static readonly MessageText FileUnavailable = new(
        "download_session_file_unavailable",
        "The file {0} is gone, was changed after the session was created, or cannot be read.");

    public static readonly MessageText DirectNotAllowed = new(
        "download_session_direct_not_allowed",
        "DIRECT needs the privilege ContentLibrary.ReadStorage at the creation of the session.");

    public static readonly MessageText ClientTokenReused = new(
        "download_session_client_token_reused", "The client token was used for a session on another item.");

    public static readonly MessageText TooManySessions = new(
        "download_session_limit_reached",
        "You have as many download sessions as one user may have. Delete one to create another.");

    public static readonly MessageText ClientTokenInvalid =
        new("download_session_client_token_invalid", "The client token is not a UUID.");

    public static readonly MessageText ItemMissing = new("library_item_not_found", "The library item {0} does not exist.");

    public static readonly MessageText LibraryMissing = new("library_not_found", "The library {0} does not exist.");

    public static readonly MessageText ItemFileMissing =
        new("library_item_file_not_found", "The library item {0} has no file {1}.");

    public static readonly MessageText UpdateSessionMissing = new(
        "update_session_not_found", "The update session {0} does not exist: the library is changed on its disk.");

    public static readonly MessageText FindSpecEmpty = new(
        "library_find_spec_empty", "Unable to validate input to method {0}: its spec sets no property to look for.");

    public static readonly MessageText StorageNotAllowed = new(
        "library_item_storage_not_allowed", "This needs the privilege ContentLibrary.ReadStorage.");

    public static readonly MessageText LinkDead =
        new("download_session_link_dead", "This link leads to no file, or not any more.");

    public static readonly MessageText ArgumentMissing = new(
        "download_session_argument_missing", "Unable to validate input to method {0}: it is missing {1}.");

    public static readonly MessageText ArgumentInvalid = new(
        "download_session_argument_invalid", "Unable to validate input to method {0}: {1} is not a valid {2}.");

    public static readonly MessageText BodyMalformed =
        new("download_session_request_malformed", "The body of the request is not well-formed {0}.");

    public static readonly MessageText BodyTooLarge =
        new("download_session_request_too_large", "The body of the request is larger than {0} bytes.");

    public static readonly MessageText BodyTooSlow =
        new("download_session_request_too_slow", "The body of the request came too slowly.");

    public static readonly MessageText MediaTypeUnsupported =
        new("download_session_media_type_unsupported", "The body of the request is not {0}.");

    public static readonly MessageText NoSuchOperation =
        new("download_session_operation_not_found", "There is no such operation.");

    public static readonly MessageText MethodNotAllowed =
        new("download_session_method_not_allowed", "This path knows only {0}.");

    public static readonly MessageText NotLoggedIn = new("download_session_unauthenticated", "Authentication required.");

    public static readonly MessageText Faulty = new("download_session_internal_error", "The server made a mistake.");

    public static readonly MessageText Overtaken =
        new("download_session_concurrent_change", "The session was changed by others at the same time. Try again.");

    public static readonly MessageText NotNow =
        new("download_session_unavailable", "The service is not available. Nothing was changed. Try again later.");

    public static readonly MessageText TooManyRequests =
        new("download_session_too_many_requests", "Too many requests. Nothing was changed. Try again later.");

    public static readonly MessageText OutcomeUnknown = new(
        "download_session_outcome_unknown",
        "The service is not available, and whether the request was carried out is not known.");

    public static readonly MessageText Expired = new(
        "download_session_expired", "The session expired at {0}, after it had been idle for {1} seconds.");

    public static readonly MessageText OutOfLifetime = new(
        "download_session_lifetime_reached", "The session expired at {0}: it reached the longest life allowed.");

    public static readonly MessageText ClientError = new("download_session_client_error", "{0}");
}
