using System.Net;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class DeleteTests(SessionsApp app) : IClassFixture<SessionsApp>
{
    [Fact]
    public async Task A_deleted_session_answers_204_and_is_then_not_found()
    {
        using var ana = await app.ClientOf("ana");
        var id = await ana.CreateSession(app.ItemId);

        (await ana.DeleteAsync(Paths.One(id))).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var again = await ana.DeleteAsync(Paths.One(id));
        again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await again.ErrorType()).ShouldBe("NOT_FOUND");
    }
}
