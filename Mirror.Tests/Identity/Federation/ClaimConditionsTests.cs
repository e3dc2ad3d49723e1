using System.Text.Json;
using Mirror.Core.Identity.Federation;

namespace Mirror.Tests.Identity.Federation;

public sealed class ClaimConditionsTests
{
    [Theory]
    [InlineData("repo:example/infra:*", "repo:example/infra:ref:refs/heads/main", true)]
    [InlineData("repo:example/infra:*", "repo:example/infra-evil:ref", false)]
    [InlineData("repo:example/*:ref:refs/heads/main", "repo:example/any:ref:refs/heads/main", true)]
    [InlineData("repo:example/*:ref:refs/heads/main", "repo:example/any:ref:refs/heads/mainline", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("exact", "exact", true)]
    [InlineData("exact", "Exact", false)]
    [InlineData("exact", "exactly", false)]
    [InlineData("exact*", "exact", true)]
    public void Pattern_MatchesWholeClaims(string pattern, string claim, bool expected) =>
        Assert.Equal(expected, Conditions(("sub", pattern)).Match(JsonSerializer.SerializeToElement(new { sub = claim })));

    [Fact]
    public void Conditions_AllHave_ToHold()
    {
        var conditions = Conditions(("sub", "a"), ("groups", "ops-*"), ("ref_protected", "true"), ("attempt", "3"));

        Assert.True(conditions.Match(JsonSerializer.SerializeToElement(new { sub = "a", groups = new[] { "dev", "ops-prod" }, ref_protected = true, attempt = 3 })));
        Assert.False(conditions.Match(JsonSerializer.SerializeToElement(new { sub = "a", groups = new[] { "dev" }, ref_protected = true, attempt = 3 })));
        Assert.False(conditions.Match(JsonSerializer.SerializeToElement(new { sub = "a", groups = new[] { "ops-prod" }, ref_protected = false, attempt = 3 })));
        Assert.False(conditions.Match(JsonSerializer.SerializeToElement(new { groups = new[] { "ops-prod" }, ref_protected = true, attempt = 3 })));
    }

    [Fact]
    public void Conditions_ThatRestrictNothing_AreRefused()
    {
        Assert.Throws<FormatException>(() => Conditions());
        Assert.Throws<FormatException>(() => Conditions(("sub", "*")));
        Assert.Throws<FormatException>(() => Conditions(("sub", "")));
    }

    /// <summary>A pattern that makes naive matchers go back for ever.</summary>
    [Fact]
    public void Pattern_OfManyStars_EndsQuickly() => Assert.False(
        Conditions(("sub", string.Concat(Enumerable.Repeat("*a", 200)))).Match(JsonSerializer.SerializeToElement(new { sub = new string('a', 199) + new string('b', 5000) })));

    private static ClaimConditions Conditions(params (string Claim, string? Pattern)[] conditions) =>
        ClaimConditions.Parse(conditions.ToDictionary(item => item.Claim, item => item.Pattern));
}
