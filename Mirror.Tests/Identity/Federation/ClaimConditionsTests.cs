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
    public void Pattern_AgainstAClaim_MatchesTheWholeText(string pattern, string claim, bool expected) =>
        Assert.Equal(expected, Conditions(("sub", pattern)).Match(JsonSerializer.SerializeToElement(new { sub = claim })));

    [Fact]
    public void Conditions_SeveralConfigured_MustAllMatch()
    {
        var conditions = Conditions(("sub", "a"), ("groups", "ops-*"), ("ref_protected", "true"), ("attempt", "3"));

        Assert.True(
            conditions.Match(
                JsonSerializer.SerializeToElement(
                    new { sub = "a", groups = new[] { "dev", "ops-prod" }, ref_protected = true, attempt = 3 })));
        Assert.False(
            conditions.Match(
                JsonSerializer.SerializeToElement(new { sub = "a", groups = new[] { "dev" }, ref_protected = true, attempt = 3 })));
        Assert.False(
            conditions.Match(
                JsonSerializer.SerializeToElement(new { sub = "a", groups = new[] { "ops-prod" }, ref_protected = false, attempt = 3 })));
        Assert.False(
            conditions.Match(JsonSerializer.SerializeToElement(new { groups = new[] { "ops-prod" }, ref_protected = true, attempt = 3 })));
    }

    [Fact]
    public void Conditions_WithoutARestriction_AreRejected()
    {
        const string expected = "Without a condition, every token of the issuer would be trusted";

        Assert.StartsWith(expected, Refusal(() => Conditions()), StringComparison.Ordinal);
        Assert.StartsWith(expected, Refusal(() => Conditions(("sub", "*"), ("aud", "**"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_OfMaximumNumberAndLength_AreAccepted()
    {
        string longest = new('a', ClaimConditions.MaxLength);
        var most = Enumerable.Range(0, ClaimConditions.MaxConditions).Select(i => ($"claim{i}", (string?)"a")).ToArray();

        Assert.Equal(ClaimConditions.MaxConditions, Conditions(most).Patterns.Count);
        Assert.Equal("There are 21 conditions; expected at most 20.", Refusal(() => Conditions([.. most, ("one", "more")])));
        Assert.Equal(longest, Conditions((longest, longest)).Patterns[longest]);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("too long", "a")]
    [InlineData("sub", "too long")]
    public void Condition_Malformed_IsRejectedByName(string claim, string? pattern)
    {
        string Long(string text) => text == "too long" ? new string('a', ClaimConditions.MaxLength + 1) : text;

        Assert.StartsWith(
            $"The condition '{Long(claim)}' is not valid; expected a claim and a pattern",
            Refusal(() => Conditions(("other", "a"), (Long(claim), pattern is null ? null : Long(pattern)))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_AsLines_RoundTrip()
    {
        var conditions = ClaimConditions.Parse([" sub = repo:a=b ", "", "  ", "aud=x"]);

        Assert.Equal("aud=x, sub=repo:a=b", $"{conditions}");
        Assert.Equal($"{conditions}", $"{ClaimConditions.Read(conditions.Write())}");
        Assert.All(["sub", "sub=", "=a", "aud=y"], line => Assert.StartsWith(
            $"'{line}' is not a condition, or repeats a claim; expected a condition such as",
            Refusal(() => ClaimConditions.Parse(["aud=x", line])),
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"sub":{"a":"a"}}""")]
    [InlineData("""{"sub":null}""")]
    [InlineData("""{"sub":[]}""")]
    [InlineData("""{"sub":[["a"]]}""")]
    [InlineData("""{"other":"a"}""")]
    public void Claim_OfANonTextType_DoesNotMatch(string claims) =>
        Assert.False(Conditions(("sub", "a*")).Match(JsonDocument.Parse(claims).RootElement));

    [Fact]
    public void Conditions_Empty_DoNotMatch() =>
        Assert.False(ClaimConditions.Read("{}").Match(JsonDocument.Parse("{}").RootElement));

    /// <summary>A pattern that causes exponential backtracking in a simple matcher.</summary>
    [Fact]
    public void Pattern_WithManyWildcards_CompletesQuickly() => Assert.False(
        Conditions(("sub", string.Concat(Enumerable.Repeat("*a", 200)))).Match(
            JsonSerializer.SerializeToElement(new { sub = new string('a', 199) + new string('b', 5000) })));

    private static string Refusal(Action parse) => Assert.Throws<FormatException>(parse).Message;

    private static ClaimConditions Conditions(params (string Claim, string? Pattern)[] conditions) =>
        ClaimConditions.Parse(conditions.ToDictionary(item => item.Claim, item => item.Pattern));
}
