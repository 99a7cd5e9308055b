using Microsoft.AspNetCore.Connections;
using Sessions.Storage;

namespace Sessions.Api.Hosting;

/// <summary>Tells what whoever starts the server can mend himself from what is a fault of the server.</summary>
internal static class StartError
{
    /// <summary>The one line that says what to do, or null for a fault, whose stack trace is wanted.</summary>
    public static string? Explain(Exception error) => error switch
    {
        SettingsException or PostgresMissingException => error.Message,
        IOException { InnerException: AddressInUseException } => error.Message + " Set Urls to another one.",
        _ => null,
    };
}
