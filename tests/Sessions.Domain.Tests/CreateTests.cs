namespace Sessions.Domain.Tests;

public class CreateTests
{
    static readonly LeasePolicy TwoSessions = new() { MaxSessionsPerUser = 2 };

    [Fact]
    public void A_session_begins_with_a_lease_of_the_idle_timeout() =>
        Given()
            .When(new Create(Item, Token), at: Noon)
            .Then(new SessionCreated(Ana, Item, Noon + Idle, Token));

    [Fact]
    public void A_session_belongs_to_the_owner_who_is_addressed() =>
        Given().When(new Create(Item), actor: Root).Then(new SessionCreated(Ana, Item, Noon + Idle));

    [Fact]
    public void Whether_its_creator_might_read_the_storage_is_kept() =>
        Given().When(new Create(Item), mayReadStorage: true)
            .Then(new SessionCreated(Ana, Item, Noon + Idle, MayReadStorage: true));

    [Fact]
    public void The_first_lease_is_cut_at_the_longest_life() =>
        Given().Under(new() { MaxLifetime = TimeSpan.FromMinutes(2) })
            .When(new Create(Item), at: Noon)
            .Then(new SessionCreated(Ana, Item, Noon.AddMinutes(2)));

    [Fact]
    public void A_user_may_have_as_many_sessions_as_the_policy_says() =>
        Given().Under(TwoSessions).When(new Create(Item), ownerSessions: 1)
            .Then(new SessionCreated(Ana, Item, Noon + Idle));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void And_no_more(int sessions) =>
        Given().Under(TwoSessions).When(new Create(Item), ownerSessions: sessions).ThenRefused(Refusal.TooManySessions);

    [Fact]
    public void Without_a_limit_a_user_may_have_any_number_of_sessions() =>
        Given().When(new Create(Item), ownerSessions: int.MaxValue).Then(new SessionCreated(Ana, Item, Noon + Idle));

    [Fact]
    public void On_an_item_that_is_not_there_no_session_begins_however_many_there_are() =>
        Given().Under(TwoSessions).When(new Create(Item.ItemId, Item: null, Token), ownerSessions: 2).ThenRefused(Refusal.UnknownItem);

    [Fact]
    public void A_session_whose_item_is_gone_is_found_again_by_its_token() =>
        Given(Created(Token)).When(new Create(Item.ItemId, Item: null, Token)).ThenNothing();

    [Fact]
    public void The_same_token_is_the_same_session_however_many_there_are() =>
        Given(Created(Token)).Under(TwoSessions).When(new Create(Item, Token), ownerSessions: 2).ThenNothing();

    [Fact]
    public void The_same_token_and_the_same_item_are_the_same_session() =>
        Given(Created(Token)).When(new Create(Item, Token), at: Noon.AddMinutes(1)).ThenNothing();

    [Fact]
    public void An_item_that_changed_meanwhile_is_still_the_same_item() =>
        Given(Created(Token))
            .When(new Create(Item with { ContentVersion = "8", Files = [] }, Token))
            .ThenNothing();

    [Theory]
    [MemberData(nameof(Endings), MemberType = typeof(Samples))]
    public void An_ended_session_is_found_again_by_its_token(SessionEvent ending) =>
        Given(Created(Token), ending).When(new Create(Item, Token), at: LeaseEnds).ThenNothing();

    [Fact]
    public void A_lapsed_session_is_found_again_by_its_token_and_is_expired() =>
        Given(Created(Token))
            .When(new Create(Item, Token), at: LeaseEnds)
            .Then(new SessionExpired(ExpiryReason.Idle, LastActiveAt: Noon));

    [Fact]
    public void The_same_token_with_another_item_is_refused() =>
        Given(Created(Token)).When(new Create(AnotherItem, Token)).ThenRefused(Refusal.ClientTokenReused);

    [Fact]
    public void The_same_token_with_another_item_is_refused_after_the_end_as_well() =>
        Given(Created(Token), new SessionCanceled())
            .When(new Create(AnotherItem, Token))
            .ThenRefused(Refusal.ClientTokenReused);

    [Fact]
    public void Another_token_does_not_find_the_session() =>
        Given(Created(Token)).When(new Create(Item, AnotherToken)).ThenRefused(Refusal.AlreadyExists);

    [Fact]
    public void A_token_does_not_find_a_session_that_was_created_without_one() =>
        Given(Created()).When(new Create(Item, Token)).ThenRefused(Refusal.AlreadyExists);

    [Fact]
    public void Two_creations_without_a_token_are_not_the_same() =>
        Given(Created()).When(new Create(Item)).ThenRefused(Refusal.AlreadyExists);

    [Fact]
    public void A_deleted_session_is_not_created_again() =>
        Given(Created(Token), new SessionDeleted(DeletionReason.Requested, Ana))
            .When(new Create(Item, Token))
            .ThenRefused(Refusal.AlreadyExists);
}
