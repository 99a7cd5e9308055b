namespace Sessions.Tests.Fixtures;

/// <summary>A server on which bo may see where content is stored.</summary>
public sealed class StorageApp : SessionsApp
{
    public StorageApp(TestPostgres postgres)
        : base(postgres) =>
        Settings["Users:1:Roles:0"] = "ContentLibrary.ReadStorage";
}
