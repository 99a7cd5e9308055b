namespace Sessions.Tests.Fixtures;

/// <summary>A server where bo may know where content lies.</summary>
public sealed class StorageApp : SessionsApp
{
    public StorageApp(TestPostgres postgres)
        : base(postgres) =>
        Settings["Users:1:Roles:0"] = "ContentLibrary.ReadStorage";
}
