using System.Diagnostics;
using Sessions.Domain;
using static Sessions.Api.Vapi.ErrorType;

namespace Sessions.Api.Vapi;

/// <summary>Every error that this server answers: its type, its text, and the text's arguments.</summary>
internal static class Errors
{
    public static VapiError NotFoundAt(string sessionId) => new(NotFound, Messages.SessionNotFound.With(sessionId));

    public static VapiError ItemNotFound(string itemId) => new(NotFound, Messages.ItemMissing.With(itemId));

    public static VapiError LibraryNotFound(string libraryId) => new(NotFound, Messages.LibraryMissing.With(libraryId));

    public static VapiError ItemFileNotFound(string itemId, string name) =>
        new(NotFound, Messages.ItemFileMissing.With(itemId, name));

    public static VapiError UpdateSessionNotFound(string sessionId) =>
        new(NotFound, Messages.UpdateSessionMissing.With(sessionId));

    public static VapiError NothingToFind(string method) => new(InvalidArgument, Messages.FindSpecEmpty.With(method));

    public static VapiError StorageNotAllowed() => new(Unauthorized, Messages.StorageNotAllowed.With());

    public static VapiError DeadLink() => new(NotFound, Messages.LinkDead.With());

    public static VapiError InvalidClientToken() => new(InvalidArgument, Messages.ClientTokenInvalid.With());

    public static VapiError MissingArgument(string method, string name) =>
        new(InvalidArgument, Messages.ArgumentMissing.With(method, name));

    public static VapiError WrongArgument(string method, string name, string expected) =>
        new(InvalidArgument, Messages.ArgumentInvalid.With(method, name, expected));

    public static VapiError Malformed(string format) => new(InvalidRequest, Messages.BodyMalformed.With(format));

    public static VapiError TooLarge(long limit) =>
        new(InvalidRequest, Messages.BodyTooLarge.With($"{limit}")) { StatusOverride = StatusCodes.Status413PayloadTooLarge };

    public static VapiError TooSlow() =>
        new(InvalidRequest, Messages.BodyTooSlow.With()) { StatusOverride = StatusCodes.Status408RequestTimeout };

    public static VapiError WrongMediaType(string expected) =>
        new(InvalidRequest, Messages.MediaTypeUnsupported.With(expected))
        { StatusOverride = StatusCodes.Status415UnsupportedMediaType };

    public static VapiError UnknownOperation() => new(OperationNotFound, Messages.NoSuchOperation.With());

    public static VapiError WrongMethod(string allowed) =>
        new(OperationNotFound, Messages.MethodNotAllowed.With(allowed))
        { StatusOverride = StatusCodes.Status405MethodNotAllowed, Allow = allowed };

    public static VapiError LoginRequired() =>
        new(Unauthenticated, Messages.NotLoggedIn.With()) { Challenge = "Basic realm=\"VAPI endpoint\"" };

    public static VapiError Internal() => new(InternalServerError, Messages.Faulty.With());

    /// <summary>
    /// A client is told to retry only where nothing was changed. If the outcome is unknown, the command may have been
    /// carried out, and a retry would do it twice.
    /// </summary>
    public static VapiError Unavailable(bool outcomeUnknown) => outcomeUnknown
        ? new(ServiceUnavailable, Messages.OutcomeUnknown.With())
        : new(ServiceUnavailable, Messages.NotNow.With()) { RetryAfter = TimeSpan.FromSeconds(1) };

    /// <summary>
    /// One request too many from a sender. The API has no type for it; clients treat this one as temporary.
    /// </summary>
    public static VapiError TooManyRequests(TimeSpan pause) =>
        new(ServiceUnavailable, Messages.TooManyRequests.With())
        { StatusOverride = StatusCodes.Status429TooManyRequests, RetryAfter = pause };

    public static VapiError TooManyRaces() => new(ConcurrentChange, Messages.Overtaken.With());

    /// <summary>A refusal of the domain as an error of the API.</summary>
    /// <param name="reason">The refusal.</param>
    /// <param name="id">The session.</param>
    /// <param name="session">Its state, which says what became of it.</param>
    /// <param name="toOwner">Whether the caller is its owner: only the owner is told what became of it.</param>
    public static VapiError Of(Refusal reason, SessionId id, Session session, bool toOwner) => reason switch
    {
        Refusal.NotFound => Gone(id, session, toOwner),
        Refusal.NotActive => new(NotAllowedInCurrentState, OfEnded(id, session)),
        Refusal.ProgressOutOfRange => new(InvalidArgument, Messages.ProgressOutOfRange.With()),
        Refusal.MessageTooLong => new(InvalidArgument, Messages.ClientErrorTooLong.With($"{SessionCommand.Fail.MessageMax}")),
        Refusal.UnknownFile => new(InvalidArgument, Messages.FileNotFound.With($"{id}")),
        Refusal.DirectNotAllowed => new(Unauthorized, Messages.DirectNotAllowed.With()),
        Refusal.TooManySessions => new(UnableToAllocateResource, Messages.TooManySessions.With()),
        Refusal.ClientTokenReused => new(InvalidArgument, Messages.ClientTokenReused.With()),
        // The server draws ids at random, so one that is taken is the server's own mistake.
        Refusal.AlreadyExists => Internal(),
        _ => throw new UnreachableException($"{reason} has no text."),
    };

    /// <summary>The error message of a session that expired.</summary>
    public static LocalizableMessage OfExpiry(Session.Ended session, SessionEnding.Expired expiry) =>
        expiry.Reason == ExpiryReason.Lifetime
            ? Messages.OutOfLifetime.With(VapiType.Format(session.At))
            : Messages.Expired.With(
                VapiType.Format(session.At), $"{(long)(session.At - expiry.LastActiveAt).TotalSeconds}");

    /// <summary>The error message of a session that its client ended with an error: the client's own words.</summary>
    public static LocalizableMessage OfClient(string message) => Messages.ClientError.With(message);

    /// <summary>Why a command is refused, or a file is not ready, after its session has ended.</summary>
    public static LocalizableMessage OfEnded(SessionId id, Session session) =>
        Messages.SessionNotActive.With($"{id}", StateOf(session));

    static VapiError Gone(SessionId id, Session session, bool toOwner) =>
        new(NotFound, session switch
        {
            Session.Deleted { Reason: DeletionReason.Requested } gone when toOwner =>
                Messages.SessionDeleted.With($"{id}", gone.By ?? "the system", VapiType.Format(gone.At)),
            Session.Deleted gone when toOwner => Messages.SessionPurged.With($"{id}", VapiType.Format(gone.At)),
            _ => Messages.SessionNotFound.With($"{id}"),
        });

    static string StateOf(Session session) => session switch
    {
        Session.Ended { Ending: SessionEnding.Canceled } => "canceled",
        Session.Ended { Ending: SessionEnding.Failed } => "failed",
        Session.Ended { Ending: SessionEnding.Expired } => "expired",
        _ => "active",
    };
}
