using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Content;

namespace Sessions.Tests.Content;

public sealed class LocateTests : IDisposable
{
    readonly ContentFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lib/vm/vm.iso")]
    [InlineData("a b/c+d&e=f/g;h,i.iso")]
    [InlineData("100%/%41/%2e%2e%2f.iso")]
    [InlineData("a#b/c?d/e:f@g[h].iso")]
    [InlineData("Bücher/日本語/naïve 💿.iso")]
    [InlineData("'quoted'/\"twice\"/<x>|y`z{0}.iso")]
    public void A_URI_leads_back_to_the_file_whatever_its_names_are(string path)
    {
        folder.Write(path);
        using var content = new ContentLibrary(folder.Root, new FakeClock(), NullLogger<ContentLibrary>.Instance);
        var library = content.Current.Libraries.Single();
        var item = content.Current.Items.Single();

        var uri = content.Locate(library, item, item.Files.Single().Name);

        uri.AbsoluteUri.ShouldStartWith("file:///");
        new Uri(uri.AbsoluteUri).LocalPath.ShouldBe(folder.At(path));
        Uri.UnescapeDataString(uri.AbsoluteUri).ShouldBe("file://" + folder.At(path));
        content.Locate(library).LocalPath.ShouldBe(folder.At(library.Name));
    }

    [Fact]
    public void A_file_has_a_place_even_when_it_is_gone()
    {
        folder.Write("lib/vm/vm.iso");
        using var content = new ContentLibrary(folder.Root, new FakeClock(), NullLogger<ContentLibrary>.Instance);
        var item = content.Current.Items.Single();
        File.Delete(folder.At("lib/vm/vm.iso"));

        content.Locate(content.Current.Libraries.Single(), item, item.Files.Single().Name)
            .LocalPath.ShouldBe(folder.At("lib/vm/vm.iso"));
    }
}
