using Sessions.Api.Vapi.Models;
using Sessions.Content;

namespace Sessions.Api.Vapi.Operations;

/// <summary>The operations by which a client finds a library.</summary>
internal sealed class LibraryOperations(ContentLibrary content)
{
    const string Service = "com.vmware.content.library";
    const string Path = "content/library";

    static readonly Parameter<string> Id = new("library_id", VapiType.Text);
    static readonly Parameter<StructureValue> Spec = new("spec", LibraryModel.FindSpec);

    public IEnumerable<Operation> All =>
    [
        new(Service, "list", new("GET", Path), [], VapiType.ListOf(VapiType.Text), [],
            _ => IdsOf(content.Current.Libraries))
        { Summary = "The ids of all libraries." },
        new(Service, "get", new("GET", Path + "/{library_id}"), [Id], LibraryModel.Shape,
            [ErrorType.NotFound], call => Get(call))
        { Summary = "A library." },
        new(Service, "find", new("POST", Path, "find"), [Spec], VapiType.ListOf(VapiType.Text),
            [ErrorType.InvalidArgument], call => Find(call))
        { Summary = "The ids of the libraries that have all these properties. Names are whole and of either case." },
    ];

    Answer Get(Call call) =>
        content.Current.Library(call.Get(Id)) is { } library
            ? Answer.Of(new LibraryModel(library, call.Caller.MayReadStorage ? content.Locate(library) : null))
            : Errors.LibraryNotFound(call.Get(Id)!);

    Answer Find(Call call)
    {
        var spec = call.Get(Spec)!;
        return spec.IsEmpty
            ? Errors.NothingToFind(Service + ".find")
            : IdsOf(content.Current.Libraries.Where(library =>
                FindSpec.Admits(spec["name"], library.Name) && spec["type"] is null or LibraryModel.Local));
    }

    static Answer IdsOf(IEnumerable<Library> libraries) =>
        Answer.Of(libraries.Select(library => library.Id.ToString("D")).ToArray());
}
