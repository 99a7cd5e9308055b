using System.Runtime.InteropServices;
using Sessions.Bench;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var options = BenchOptions.Parse(args);
    Progress.Say("starting PostgreSQL and the server, and creating 120,000 sessions");
    await using var rig = await Rig.Start(options, stop.Token);
    var series = await new Throughput(rig, options).Run(stop.Token);
    Console.WriteLine(Report.Table(series));
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Progress.Say("interrupted");
    return 130;
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
