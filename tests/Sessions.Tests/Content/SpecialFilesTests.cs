namespace Sessions.Tests.Content;

public sealed class SpecialFilesTests : IDisposable
{
    readonly ContentFolder folder = new();

    public SpecialFilesTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links and pipes as Unix knows them");
        folder.Write("lib/vm/real.iso");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_link_to_a_file_outside_of_the_root_is_ignored()
    {
        File.WriteAllText(folder.Beside("secret"), "secret");
        File.CreateSymbolicLink(folder.At("lib/vm/link.iso"), folder.Beside("secret"));

        folder.OnlyItem().Files.ShouldHaveSingleItem().Name.ShouldBe("real.iso");
    }

    [Fact]
    public void A_link_to_a_file_inside_of_the_root_is_ignored_too()
    {
        File.CreateSymbolicLink(folder.At("lib/vm/link.iso"), "real.iso");

        folder.OnlyItem().Files.ShouldHaveSingleItem().Name.ShouldBe("real.iso");
    }

    [Fact]
    public void Links_to_folders_are_neither_items_nor_libraries()
    {
        Directory.CreateSymbolicLink(folder.At("other"), folder.At("lib"));
        Directory.CreateSymbolicLink(folder.At("lib/circle"), folder.Root);

        folder.Scan().Libraries.ShouldHaveSingleItem().Name.ShouldBe("lib");
        folder.OnlyItem().Name.ShouldBe("vm");
    }

    [Fact]
    public void A_pipe_is_ignored_for_reading_it_would_never_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the type of a file is asked for on Linux");
        folder.Shell("mkfifo lib/vm/pipe.iso");

        folder.OnlyItem().Files.ShouldHaveSingleItem().Name.ShouldBe("real.iso");
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        folder.Write("lib/vm/empty.txt", size: 0);

        folder.OnlyItem().File("empty.txt")!.Size.ShouldBe(0);
    }

    [Fact]
    public void Names_that_no_client_could_write_down_are_ignored()
    {
        folder.Write("lib/vm/..\\evil.iso");
        folder.Write("lib/vm/two\nlines.iso");
        folder.Write("lib/vm/\u001b[2J.iso");

        folder.OnlyItem().Files.ShouldHaveSingleItem().Name.ShouldBe("real.iso");
    }
}
