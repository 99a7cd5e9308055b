using System.Net;
using System.Security.Cryptography;
using Sessions.Projections.Seals;
using Sessions.Tests.Fixtures;

namespace Sessions.Tests.Api;

public sealed class SealKeyTests(TestPostgres postgres)
{
    [Fact]
    public async Task A_server_with_a_key_signs_what_it_seals_and_gives_the_public_half_to_everybody()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var app = new SessionsApp(postgres)
        {
            Settings =
            {
                ["Seals:SigningKey"] = key.ExportPkcs8PrivateKeyPem(),
                ["Seals:Interval"] = "00:00:00",
                ["Users:2:Roles:1"] = "auditor",
            },
        };
        await app.InitializeAsync();
        using var ana = await app.ClientOf("ana");
        await ana.CreateSession(app.ItemId);
        await app.Until("exists (select from event_store.seals where signature is not null)");

        using var anybody = app.CreateClient();
        var pem = await anybody.GetStringAsync("/api/audit/seals/public-key");

        using var keys = PublicKeys.Load(pem);
        using var shown = ECDsa.Create();
        shown.ImportFromPem(pem);
        shown.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        Should.Throw<CryptographicException>(() => shown.ExportECPrivateKey());

        (await ana.GetAsync("/api/audit/seals/newest")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var auditor = await app.ClientOf("admin");
        var newest = await (await auditor.GetAsync("/api/audit/seals/newest")).Json();
        var hash = Convert.FromHexString(newest.GetProperty("hash").GetString()!);
        shown.VerifyHash(hash, Convert.FromHexString(newest.GetProperty("signature").GetString()!)).ShouldBeTrue();
    }

    [Fact]
    public async Task Before_the_first_seal_there_is_none_to_give()
    {
        await using var app = new SessionsApp(postgres) { Settings = { ["Users:2:Roles:1"] = "auditor" } };
        await app.InitializeAsync();
        using var auditor = await app.ClientOf("admin");

        var answer = await auditor.GetAsync("/api/audit/seals/newest");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("There is no seal yet.");
        text.ShouldNotContain("session");
    }

    [Fact]
    public async Task A_server_without_a_key_has_none_to_give()
    {
        await using var app = new SessionsApp(postgres);
        await app.InitializeAsync();
        using var anybody = app.CreateClient();

        var answer = await anybody.GetAsync("/api/audit/seals/public-key");

        await answer.ShouldBe(HttpStatusCode.NotFound, "NOT_FOUND");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Seals are not signed here");
    }
}
