using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sessions.Projections;
using Sessions.Storage;
using Sessions.Storage.Streams;

namespace Sessions.Tests.Fixtures;

/// <summary>The parts of a server, put together as the server does, for tests of one part.</summary>
static class Servers
{
    public static Migrator Migrator(NpgsqlDataSource database) =>
        new(database, [typeof(EventStore).Assembly, typeof(SessionList).Assembly], NullLogger<Migrator>.Instance);
}
