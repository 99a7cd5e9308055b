using System.Runtime.InteropServices;
using Sessions.Bench;
using Sessions.Bench.Downloads;
using Sessions.Bench.Past;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (args is [PlainFiles.Word, var folder, var url])
    {
        await PlainFiles.Serve(folder, new Uri(url), stop.Token);
        return 0;
    }

    var (what, rest) = args is ["downloads" or "record", ..] ? (args[0], args[1..]) : ("results", args);
    var options = BenchOptions.Parse(rest, rounds: what == "record" ? Foreground.Pairs : BenchOptions.UsualRounds);
    var report = what switch
    {
        "downloads" => await MeasureDownloads(options),
        "record" => await MeasureRecord(options),
        _ => await MeasureOperations(options),
    };
    Console.WriteLine(report);
    if (options.Record is { } name)
        await Record.Keep(options.Scripts, name, what, report, stop.Token);
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
    Progress.Say("writing 3 GiB of files, and starting PostgreSQL, nginx, a bare Kestrel and a server");
    await using var rig = await DownloadRig.Start(options, stop.Token);
    return DownloadReport.Write(await DownloadResults.Take(rig, options, stop.Token), options);
}

async Task<string> MeasureRecord(BenchOptions options)
{
    Progress.Say("starting PostgreSQL, and writing a month of sessions");
    await using var rig = await PastRig.Start(options, stop.Token);
    return PastReport.Write(await PastResults.Take(rig, options, stop.Token), options);
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
