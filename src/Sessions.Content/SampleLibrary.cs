using System.Buffers.Binary;
using System.Text;

namespace Sessions.Content;

/// <summary>
/// A small library to try things on. Its bytes and times are fixed, so its ids and content versions
/// are the same wherever it is written, and documents may name them.
/// </summary>
public static class SampleLibrary
{
    const int DiskSize = 64 * 1024;
    const int DiscImageSize = 1024 * 1024;
    static readonly DateTime ModifiedAt = new(2025, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    static (string Path, byte[] Bytes)[] Files =>
    [
        ("sample/hello-world/hello.txt", "Hello, world.\n"u8.ToArray()),
        ("sample/tiny-vm/tiny-vm.ovf", Encoding.UTF8.GetBytes(Descriptor)),
        ("sample/tiny-vm/tiny-vm-disk1.vmdk", Filled(DiskSize, at: 0, "KDMV"u8)),
        ("sample/installer/installer.iso", Filled(DiscImageSize, at: 32 * 1024, "\u0001CD001\u0001"u8)),
    ];

    static string Descriptor => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"
                  xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
          <References>
            <File ovf:id="file1" ovf:href="tiny-vm-disk1.vmdk" ovf:size="{DiskSize}"/>
          </References>
          <DiskSection>
            <Info>The one disk of the machine.</Info>
            <Disk ovf:diskId="disk1" ovf:fileRef="file1"
                  ovf:capacity="1" ovf:capacityAllocationUnits="byte * 2^20"
                  ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
          </DiskSection>
          <VirtualSystem ovf:id="tiny-vm">
            <Info>A machine to try downloads with. It does not boot.</Info>
            <Name>tiny-vm</Name>
          </VirtualSystem>
        </Envelope>

        """;

    /// <summary>
    /// Writes the sample to a root that does not exist yet, and leaves one that does alone. It appears
    /// whole or not at all: it is written beside the root and then renamed.
    /// </summary>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="IOException">The disk is full, or the root's parent cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The root's parent may not be written to.</exception>
    public static bool WriteTo(string root)
    {
        var path = new ContentRoot(root).FullPath;
        if (Path.Exists(path))
            return false;

        var half = Path.Join(
            Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Guid.CreateVersion7()}");
        try
        {
            foreach (var (file, bytes) in Files)
                Write(Path.Join(half, file), bytes);
            foreach (var folder in Directory.EnumerateDirectories(half, "*", SearchOption.AllDirectories))
                Directory.SetLastWriteTimeUtc(folder, ModifiedAt);

            Directory.Move(half, path);
            return true;
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another process had the same idea and was first.
            return false;
        }
        finally
        {
            if (Directory.Exists(half))
                Directory.Delete(half, recursive: true);
        }
    }

    static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = File.Create(path))
        {
            file.Write(bytes);

            // A rename may reach the disk before the bytes do.
            file.Flush(flushToDisk: true);
        }

        File.SetLastWriteTimeUtc(path, ModifiedAt);
    }

    /// <summary>Bytes that do not repeat within the file, so a part in the wrong place is noticed.</summary>
    static byte[] Filled(int size, int at, ReadOnlySpan<byte> mark)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i += sizeof(int))
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i), i);
        mark.CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
