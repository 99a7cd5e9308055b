using Microsoft.Extensions.DependencyInjection;
using Sessions.Api.Downloads;
using Sessions.Content;
using Sessions.Domain;
using Sessions.Tests.Api;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Wire;

/// <summary>
/// A large file that a server is still reading for as long as a test wants: the server has read its last byte, but the
/// database does not accept its checksum yet. The answers therefore do not depend on how fast the disk is.
/// </summary>
sealed class DiskBeingRead : IAsyncDisposable
{
    public const string Item = "disk";
    const string Name = "disk.vmdk";

    /// <summary>Too large to be ready in the first answer.</summary>
    static readonly long Size = new PreparationOptions().SmallFileMax + 1;

    readonly SessionsApp app;
    readonly OpenTransaction checksums;
    readonly Preparation run;
    readonly DateTime changedBefore;

    DiskBeingRead(SessionsApp app, OpenTransaction checksums, Preparation run, DateTime changedBefore) =>
        (this.app, this.checksums, this.run, this.changedBefore) = (app, checksums, run, changedBefore);

    public static async Task<DiskBeingRead> Begin(SessionsApp app)
    {
        var changed = Directory.GetLastWriteTimeUtc(FolderOf(app).Parent!.FullName);
        app.AddItem(Item, (Name, Size));
        var held = await OpenTransaction.Begin(app.ConnectionString);
        await held.Run("lock table content.checksums in share mode");
        var item = app.Services.GetRequiredService<ContentLibrary>().Current.Items.Single(one => one.Name == Item).Pin();
        var begun = app.Services.GetRequiredService<FilePreparation>().Start(new FileVersion(item.ItemId, item.Files[0]));
        await app.UntilRead(Item);
        return new DiskBeingRead(app, held, begun, changed);
    }

    /// <summary>Lets the checksum be stored, and waits for that.</summary>
    public async Task End()
    {
        await checksums.Commit();
        await run.Over.WaitAsync(StoreSentences.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await checksums.DisposeAsync();
        await run.Over.WaitAsync(StoreSentences.Patience);
        FolderOf(app).Delete(recursive: true);
        // The library's version is the time of its last change, and other exchange files record it.
        Directory.SetLastWriteTimeUtc(FolderOf(app).Parent!.FullName, changedBefore);
        app.Services.GetRequiredService<ContentLibrary>().Rescan();
    }

    static DirectoryInfo FolderOf(SessionsApp app) => new FileInfo(app.FileAt(Item, Name)).Directory!;
}
