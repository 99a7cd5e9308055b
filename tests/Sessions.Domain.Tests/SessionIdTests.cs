namespace Sessions.Domain.Tests;

public class SessionIdTests
{
    const string Usual = "0195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d";

    [Fact]
    public void An_id_reads_as_it_is_written()
    {
        SessionId.TryParse(Usual, out var id).ShouldBeTrue();
        id.ToString().ShouldBe(Usual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0195a0c17b1e7c3a9d426f1f2a3b4c5d")]
    [InlineData("{0195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d}")]
    [InlineData("0195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5g")]
    [InlineData(" 0195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d")]
    [InlineData("0195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d\n")]
    [InlineData("0x95a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d")]
    [InlineData("+195a0c1-7b1e-7c3a-9d42-6f1f2a3b4c5d")]
    public void Anything_but_a_uuid_in_its_usual_form_names_nothing(string text) =>
        SessionId.TryParse(text, out _).ShouldBeFalse();
}
