using Sessions.Api.Vapi;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Downloads;

/// <summary>
/// Tells how far a session's files are, from what was asked for, which checksums are known, and what
/// this node is at. Work that nobody is at is begun: its node may have been killed.
/// </summary>
internal sealed class SessionFiles(
    ContentLibrary content, Checksums checksums, FilePreparation preparation, TimeProvider clock)
{
    /// <summary>How long an answer waits for a small file. The client asks again, as for a large one.</summary>
    static readonly TimeSpan SmallFilePatience = TimeSpan.FromSeconds(2);

    /// <summary>All files, in the order of their names. Nothing is waited for.</summary>
    public async ValueTask<SessionFile[]> All(SessionId id, Session.Living session)
    {
        var looks = await Look(session, session.Origin.Item.Files);
        return Array.ConvertAll(looks, look => Answer(id, session, look, isAskedAnew: false));
    }

    /// <summary>One file; of a small one, the end of its preparation if that comes soon.</summary>
    /// <param name="id">The session's id, for texts.</param>
    /// <param name="session">The session.</param>
    /// <param name="file">One of its files.</param>
    /// <param name="isAskedAnew">Whether the client asks for it, so that what has failed is tried again.</param>
    /// <param name="clientGone">Gives up waiting; the preparation goes on.</param>
    public async ValueTask<SessionFile> One(
        SessionId id, Session.Living session, PinnedFile file, bool isAskedAnew, CancellationToken clientGone)
    {
        var look = (await Look(session, [file]))[0];
        var answer = Answer(id, session, look, isAskedAnew);
        if (answer.Run is not { } run || !preparation.IsSmall(file))
            return answer;

        try
        {
            await run.Over.WaitAsync(SmallFilePatience, clock, clientGone);
        }
        catch (TimeoutException)
        {
            // Many others wait for theirs, or the disk or the database is slow.
        }

        return Answer(id, session, look with { Run = run, Sha256 = run.Sha256 }, isAskedAnew: false);
    }

    /// <summary>
    /// What is known of these files. First this node's runs and then the checksums: a run that ends
    /// between the two has its checksum with it.
    /// </summary>
    async ValueTask<Known[]> Look(Session.Living session, IReadOnlyList<PinnedFile> files)
    {
        Known[] known =
        [
            .. from file in files
               let version = new FileVersion(session.Origin.Item.ItemId, file)
               select new Known(version, session.ActivityOf(file.Name), preparation.Find(version)),
        ];
        int[] wanted = [.. Enumerable.Range(0, known.Length).Where(i => session.IsComplete || known[i].Activity.Prepared is not null)];
        if (wanted.Length == 0)
            return known;

        var found = await checksums.Find([.. wanted.Select(i => known[i].Version)]);
        // From here on the disk is asked, and the thread that brought the answer has answers for others.
        await Task.Yield();
        foreach (var (i, sha256) in wanted.Zip(found))
            known[i] = known[i] with { Sha256 = sha256 ?? known[i].Run?.Sha256 };
        return known;
    }

    SessionFile Answer(SessionId id, Session.Living session, Known known, bool isAskedAnew)
    {
        var isFetched = session.IsComplete || known.Activity.Fetched.Cover(known.Version.File.Size);
        return StatusOf(id, session, known, isAskedAnew) with
        {
            Asked = known.Activity.Prepared,
            Sha256 = isFetched ? known.Sha256 : null,
        };
    }

    SessionFile StatusOf(SessionId id, Session.Living session, Known known, bool isAskedAnew)
    {
        var (version, run) = (known.Version, known.Run);
        var file = version.File;
        if (known.Activity.Prepared is null)
            return new SessionFile(file, FileStatus.Unprepared);

        // A run that is under way finds out by itself, and whoever polls need not ask the disk.
        var isUnderWay = known.Sha256 is null && run is { IsOver: false };
        if (!isUnderWay && FaultOf(version) is { } fault)
            return new SessionFile(file, FileStatus.Error, Failure: fault);
        if (known.Sha256 is not null)
            return new SessionFile(file, FileStatus.Prepared, file.Size);

        // Nobody can fetch it any more, and whoever waits for it shall not wait for ever.
        if (session is Session.Ended)
            return new SessionFile(file, FileStatus.Error, Failure: Errors.OfEnded(id, session));

        if (run?.Failure is { } failure && !isAskedAnew)
            return new SessionFile(file, FileStatus.Error, run.BytesRead, failure);

        if (!isUnderWay)
            run = preparation.Start(version);
        return new SessionFile(
            file, run!.HasBegun ? FileStatus.Preparing : FileStatus.PrepareRequested, run.BytesRead)
        {
            Run = run,
        };
    }

    /// <summary>Why the bytes that the session has pinned cannot be had, or null.</summary>
    LocalizableMessage? FaultOf(FileVersion version)
    {
        try
        {
            using var file = content.Open(version.ItemId, version.File);
            if (file is not null)
                return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Told to the client like the others: only whoever runs the server can do something about it.
        }

        return Messages.FileUnavailable.With(version.File.Name);
    }

    readonly record struct Known(FileVersion Version, FileActivity Activity, Preparation? Run, byte[]? Sha256 = null);
}
