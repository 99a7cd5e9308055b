using System.Runtime.InteropServices;
using Sessions.Bench;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var options = BenchOptions.Parse(args);
    Progress.Say("starting PostgreSQL and two servers, and creating 120,000 sessions");
    await using var rig = await Rig.Start(options, stop.Token);
    var report = Report.Write(await Results.Take(rig, options, stop.Token), options);
    Console.WriteLine(report);
    if (options.Record is { } name)
        await Record.Keep(options.Scripts, name, report, stop.Token);
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

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
