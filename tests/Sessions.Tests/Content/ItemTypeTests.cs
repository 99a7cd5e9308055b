using Sessions.Content;

namespace Sessions.Tests.Content;

public class ItemTypeTests
{
    [Theory]
    [InlineData("ovf", "vm.ovf", "disk.vmdk")]
    [InlineData("ovf", "vm.ova")]
    [InlineData("ovf", "tools.iso", "VM.OVF")]
    [InlineData("vm-template", "vm.vmtx", "disk.vmdk")]
    [InlineData("iso", "debian.ISO")]
    [InlineData("file", "notes.txt")]
    [InlineData("file", "ovf")]
    [InlineData("file")]
    public void The_names_of_the_files_tell_the_type(string type, params string[] names) =>
        ItemType.Guess(names).ShouldBe(type);
}
