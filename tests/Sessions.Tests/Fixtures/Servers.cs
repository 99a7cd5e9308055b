using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Streams;

namespace Sessions.Tests.Fixtures;

/// <summary>Parts of a server, assembled as the server does it, for tests of one part.</summary>
static class Servers
{
    public static Migrator Migrator(NpgsqlDataSource database) =>
        new(database, [typeof(EventStore).Assembly, typeof(SessionList).Assembly], NullLogger<Migrator>.Instance);
}
