using Microsoft.Extensions.Configuration;
using Sessions.Api.Hosting;

namespace Sessions.Tests.Api;

/// <summary>A value on the bound of a setting is accepted, and one just beyond is refused in one line.</summary>
public sealed class SettingBoundsTests
{
    [Theory]
    [InlineData("Lease:IdleTimeout", "00:00:00.0010000", "00:00:00.0009999", "least")]
    [InlineData("Lease:IdleTimeout", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Lease:RenewalSlack", "00:00:00", "-00:00:00.0000001", "least")]
    [InlineData("Lease:RenewalSlack", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Lease:KeepAliveSlack", "00:00:00", "-00:00:00.0000001", "least")]
    [InlineData("Lease:KeepAliveSlack", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Lease:Retention", "00:00:00", "-00:00:00.0000001", "least")]
    [InlineData("Lease:Retention", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Lease:MaxLifetime", "00:00:00.0010000", "00:00:00.0009999", "least")]
    [InlineData("Lease:MaxLifetime", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Lease:MaxSessionsPerUser", "1", "0", "least")]
    [InlineData("Access:IdleTimeout", "00:00:01", "00:00:00.9999999", "least")]
    [InlineData("Access:IdleTimeout", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Downloads:KeyLifetime", "00:00:01", "00:00:00.9999999", "least")]
    [InlineData("Downloads:KeyLifetime", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Downloads:PreparingMax", "1", "0", "least")]
    [InlineData("Downloads:SmallFileMax", "0", "-1", "least")]
    [InlineData("Commands:Lanes", "1", "0", "least")]
    [InlineData("Commands:Lanes", "64", "65", "most")]
    [InlineData("Commands:QueueLimit", "1", "0", "least")]
    [InlineData("Commands:BatchLimit", "1", "0", "least")]
    [InlineData("Schedule:BatchLimit", "1", "0", "least")]
    [InlineData("Schedule:PassesMax", "1", "0", "least")]
    [InlineData("Schedule:PassesMax", "8", "9", "most")]
    [InlineData("Schedule:AttemptsMax", "1", "0", "least")]
    [InlineData("Schedule:AttemptsMax", "32767", "32768", "most")]
    [InlineData("Schedule:SleepMax", "00:00:00.0010000", "00:00:00.0009999", "least")]
    [InlineData("Schedule:SleepMax", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Schedule:Backoff", "00:00:00", "-00:00:00.0000001", "least")]
    [InlineData("Schedule:Backoff", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Schedule:BackoffMax", "00:00:01", "00:00:00.9999999", "least")]
    [InlineData("Schedule:BackoffMax", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Seals:Interval", "00:00:00", "-00:00:00.0000001", "least")]
    [InlineData("Seals:Interval", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Seals:RunLength", "1", "0", "least")]
    [InlineData("Seals:RunLength", "5000", "5001", "most")]
    [InlineData("DriftWatch:Interval", "00:00:00.0010000", "00:00:00.0009999", "least")]
    [InlineData("DriftWatch:Interval", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("DriftWatch:SampleSize", "1", "0", "least")]
    [InlineData("DriftWatch:SampleEvents", "1", "0", "least")]
    [InlineData("ShutdownTimeoutSeconds", "0", "-1", "least")]
    [InlineData("ShutdownTimeoutSeconds", "86400", "86401", "most")]
    [InlineData("Limits:RequestsPerSecond", "1", "0", "least")]
    [InlineData("Limits:RequestsPerSecond", "1000000", "1000001", "most")]
    [InlineData("Limits:RequestBurst", "1", "0", "least")]
    [InlineData("Limits:RequestBurst", "1000000", "1000001", "most")]
    [InlineData("Limits:Connections", "1", "0", "least")]
    [InlineData("Limits:ConnectionIdle", "00:00:01", "00:00:00.9999999", "least")]
    [InlineData("Limits:ConnectionIdle", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Limits:RequestHead", "00:00:01", "00:00:00.9999999", "least")]
    [InlineData("Limits:RequestHead", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    [InlineData("Limits:BodyBytesPerSecond", "1", "0", "least")]
    [InlineData("Limits:BodyPatience", "00:00:01.1000000", "00:00:01.0999999", "least")]
    [InlineData("Limits:BodyPatience", "36500.00:00:00", "36500.00:00:00.0000001", "most")]
    public void A_bound_is_taken_and_what_lies_beyond_is_refused(string key, string bound, string beyond, string end)
    {
        Should.NotThrow(() => Read(key, bound));

        Should.Throw<SettingsException>(() => Read(key, beyond)).Message
            .ShouldBe($"{key} is {beyond}; it must be at {end} {bound}.");
    }

    static void Read(string key, string value)
    {
        var settings = StartSentences.Complete
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => setting.Value);
        settings["Limits:RequestsPerSecond"] = "1";
        settings["Schedule:BackoffMax"] = "36500.00:00:00";
        settings[key] = value;
        ServerSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
