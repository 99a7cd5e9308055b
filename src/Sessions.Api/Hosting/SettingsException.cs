namespace Sessions.Api.Hosting;

/// <summary>A setting is missing or wrong. The message says which, and what to set.</summary>
internal sealed class SettingsException(string message) : Exception(message);
