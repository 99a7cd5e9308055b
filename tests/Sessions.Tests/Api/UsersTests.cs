using Sessions.Api.Access;
using Sessions.Api.Hosting;

namespace Sessions.Tests.Api;

public sealed class UsersTests
{
    static UserSettings Ana => new() { Name = "ana", Password = "secret" };

    [Fact]
    public async Task A_password_may_be_configured_by_its_hash()
    {
        using var users = new Users([new UserSettings { Name = "ana", PasswordHash = Users.Hash("s3cret: ä") }]);

        (await users.Verify("ana", "s3cret: ä", CancellationToken.None)).ShouldNotBeNull().Name.ShouldBe("ana");
        (await users.Verify("ana", "s3cret", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public void The_same_password_never_has_the_same_hash() => Users.Hash("x").ShouldNotBe(Users.Hash("x"));

    [Fact]
    public void A_user_has_the_roles_that_are_configured()
    {
        using var users = new Users([new UserSettings { Name = "ana", Password = "x", Roles = [Roles.Administrator] }]);

        users.Find("ana")!.Has(Roles.Administrator).ShouldBeTrue();
        users.Find("ana")!.Has(Roles.Auditor).ShouldBeFalse();
    }

    [Fact]
    public void A_role_that_there_is_not_is_a_mistake() => ShouldBeRefused(
        "Users:0 (ana) has the unknown role 'Administrator'; it must be one of: administrator, auditor, ContentLibrary.ReadStorage.",
        new UserSettings { Name = "ana", Password = "x", Roles = ["Administrator"] });

    [Fact]
    public void A_user_needs_a_name() => ShouldBeRefused("Users:1:Name is not set.", Ana, new UserSettings { Password = "x" });

    [Fact]
    public void A_user_needs_a_password() =>
        ShouldBeRefused("Users:0 (ana) has neither a Password nor a PasswordHash.", new UserSettings { Name = "ana" });

    [Fact]
    public void A_user_has_only_one_password() => ShouldBeRefused(
        "Users:0 (ana) has both a Password and a PasswordHash; remove one.",
        new UserSettings { Name = "ana", Password = "x", PasswordHash = Users.Hash("x") });

    [Theory]
    [InlineData("secret")]
    [InlineData("")]
    [InlineData("c2VjcmV0")]
    public void A_hash_that_is_none_is_a_mistake(string hash) => ShouldBeRefused(
        "Users:0 (ana) has an invalid PasswordHash; 'Sessions.Api hash-password' prints a valid one.",
        new UserSettings { Name = "ana", PasswordHash = hash });

    [Fact]
    public void Two_users_of_one_name_are_a_mistake() =>
        ShouldBeRefused("Users:1 (ana) has the name of another user.", Ana, Ana);

    static void ShouldBeRefused(string message, params UserSettings[] settings) =>
        Should.Throw<SettingsException>(() => new Users(settings)).Message.ShouldBe(message);
}
