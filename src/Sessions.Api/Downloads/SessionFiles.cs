using Sessions.Api.Vapi;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Storage;

namespace Sessions.Api.Downloads;

/// <summary>
/// Derives how far a session's files are from what the client has asked for, which checksums are known, and which runs are
/// under way on this node. A requested file with neither a checksum nor a run is started: the node that was reading it may
/// have been killed.
/// </summary>
internal sealed class SessionFiles(
    ContentLibrary content, Checksums checksums, FilePreparation preparation, TimeProvider clock)
{
    /// <summary>How long an answer waits for a small file. After that the client asks again, as for a large one.</summary>
    static readonly TimeSpan SmallFilePatience = TimeSpan.FromSeconds(2);

    /// <summary>All files, in the order of their names, without waiting for any.</summary>
    public async ValueTask<SessionFile[]> All(SessionId id, Session.Living session)
    {
        var looks = await Look(session, session.Origin.Item.Files);
        return Array.ConvertAll(looks, look => Answer(id, session, look, isAskedAnew: false));
    }

    /// <summary>One file; if it is small, waits a moment for the end of its preparation.</summary>
    /// <param name="id">The session's id, for texts.</param>
    /// <param name="session">The session.</param>
    /// <param name="file">One of its files.</param>
    /// <param name="isAskedAnew">Whether the client asks for it now, so that a failed run is retried.</param>
    /// <param name="clientGone">Ends the wait; the preparation goes on.</param>
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
            // Many other files wait for their turns, or the disk or the database is slow.
        }

        return Answer(id, session, look with { Run = run, Sha256 = run.Sha256 }, isAskedAnew: false);
    }

    /// <summary>
    /// What is known of these files. This node's runs are read before the checksums: a run that ends between the two brings
    /// its checksum with it.
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
        // From here on the disk is asked, and the thread that brought the database's answer has answers for other requests.
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

        // A run that is under way notices a fault by itself, so clients that poll cost no disk access.
        var isUnderWay = known.Sha256 is null && run is { IsOver: false };
        if (!isUnderWay && FaultOf(version) is { } fault)
            return new SessionFile(file, FileStatus.Error, Failure: fault);
        if (known.Sha256 is not null)
            return new SessionFile(file, FileStatus.Prepared, file.Size);

        // No client can fetch it any more, and one that waits for it must not wait forever.
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

    /// <summary>Why the bytes that the session has pinned cannot be read, or null.</summary>
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
            // The client gets the same message as for a changed file: only the operator can do something about it.
        }

        return Messages.FileUnavailable.With(version.File.Name);
    }

    readonly record struct Known(FileVersion Version, FileActivity Activity, Preparation? Run, byte[]? Sha256 = null);
}
