using System.Runtime.InteropServices;
using Sessions.Bench;
using Sessions.Bench.Downloads;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var isOfDownloads = args is ["downloads", ..];
    var options = BenchOptions.Parse(isOfDownloads ? args[1..] : args);
    var report = isOfDownloads ? await MeasureDownloads(options) : await MeasureOperations(options);
    Console.WriteLine(report);
    if (options.Record is { } name)
        await Record.Keep(options.Scripts, name, isOfDownloads ? "downloads" : "results", report, stop.Token);
    return 0;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    Progress.Say("interrupted");
    return 130;
}
catch (FormatException wrong)
{
    Progress.Say(wrong.Message);
    return 2;
}
catch (InvalidOperationException failed)
{
    Progress.Say($"bench/run failed: {failed.Message}");
    return 1;
}
catch (Exception failed)
{
    Progress.Say($"bench/run failed: {failed}");
    return 1;
}

async Task<string> MeasureOperations(BenchOptions options)
{
    Progress.Say("starting PostgreSQL and two servers, and creating 120,000 sessions");
    await using var rig = await Rig.Start(options, stop.Token);
    return Report.Write(await Results.Take(rig, options, stop.Token), options);
}

async Task<string> MeasureDownloads(BenchOptions options)
{
    Progress.Say("writing 3 GiB of files, and starting PostgreSQL, nginx and a server");
    await using var rig = await DownloadRig.Start(options, stop.Token);
    return DownloadReport.Write(await DownloadResults.Take(rig, options, stop.Token), options);
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
