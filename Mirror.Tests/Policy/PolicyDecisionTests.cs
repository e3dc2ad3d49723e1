using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Policy;

namespace Mirror.Tests.Policy;

public sealed class PolicyDecisionTests
{
    private const string NotAllowed = "no allow rule matches it";
    private static readonly ProviderAddress Provider = ProviderAddress.Parse("hashicorp/aws");
    private static readonly ProviderVersion One = ProviderVersion.Parse("1.0.0");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Rules in the form <c>Kind provider [versions]</c>, separated by semicolons; with a minus in front, a disabled rule.</summary>
    [Theory]
    [InlineData("", "1.0.0", null)]
    [InlineData("Deny hashicorp/aws", "1.0.0", "the rule 'Deny registry.terraform.io/hashicorp/aws' denies it")]
    [InlineData("Deny acme/*", "1.0.0", null)]
    [InlineData("Deny hashicorp/* < 2.0", "1.0.0", "the rule 'Deny registry.terraform.io/hashicorp/* < 2.0' denies it")]
    [InlineData("Deny hashicorp/* < 2.0", "2.0.0", null)]
    // A denied range applies to the prereleases in it, and not to others.
    [InlineData("Deny hashicorp/* < 2.0", "1.5.0-beta", "the rule 'Deny registry.terraform.io/hashicorp/* < 2.0' denies it")]
    [InlineData("Deny hashicorp/* < 2.0", "2.0.0-beta", null)]
    [InlineData("Deny acme/* < 2.0", "1.5.0-beta", null)]
    [InlineData("Deny hashicorp/* 1.5.0-beta", "1.5.0-beta", "the rule 'Deny registry.terraform.io/hashicorp/* 1.5.0-beta' denies it")]
    [InlineData("Deny hashicorp/* 1.5.0-beta", "1.5.0", null)]
    [InlineData("Allow hashicorp/aws", "1.0.0", null)]
    [InlineData("Allow acme/*", "1.0.0", NotAllowed)]
    [InlineData("Allow hashicorp/aws >= 2.0", "1.0.0", NotAllowed)]
    [InlineData("Allow acme/*; Allow hashicorp/*", "1.0.0", null)]
    [InlineData("Allow hashicorp/aws; Deny hashicorp/*", "1.0.0", "the rule 'Deny registry.terraform.io/hashicorp/*' denies it")]
    [InlineData("AllowUnsigned hashicorp/aws", "1.0.0", null)]
    [InlineData("AllowUnsigned acme/*", "1.0.0", null)]
    // A disabled rule is not applied: a disabled allow rule denies nothing.
    [InlineData("-Deny hashicorp/*", "1.0.0", null)]
    [InlineData("-Allow acme/*", "1.0.0", null)]
    [InlineData("Allow acme/*; -Allow hashicorp/*", "1.0.0", NotAllowed)]
    [InlineData("-Deny hashicorp/*; Deny hashicorp/aws", "1.0.0", "the rule 'Deny registry.terraform.io/hashicorp/aws' denies it")]
    public void Hides_ByRules_ReturnsTheReason(string rules, string version, string? expected)
    {
        var (policy, parsed) = (Policy(rules), ProviderVersion.Parse(version));

        Assert.Equal(expected, PolicyDecision.Hides(policy, Provider, parsed, null, Noon)?.Reason);
        Assert.Equal(expected is not null, PolicyDecision.IsHidden(policy, Provider, parsed, null, Noon));
    }

    /// <summary>The order of the rules decides only which of several matching deny rules is named.</summary>
    [Theory]
    [InlineData("Deny hashicorp/aws; Deny hashicorp/*; Allow hashicorp/*")]
    [InlineData("Allow hashicorp/*; Deny hashicorp/aws; Deny hashicorp/*")]
    public void Hides_ByRulesInAnotherOrder_NamesTheFirstDenyRule(string rules) => Assert.Equal(
        "the rule 'Deny registry.terraform.io/hashicorp/aws' denies it", PolicyDecision.Hides(Policy(rules), Provider, One, null, Noon)?.Reason);

    [Theory]
    // Hours since the release, minimum age in hours.
    [InlineData(23.9, 24, true)]
    [InlineData(24.0, 24, false)]
    [InlineData(25.0, 24, false)]
    [InlineData(-1.0, 0, true)]
    [InlineData(0.0, 0, false)]
    [InlineData(1.0, null, false)]
    // The release time is unknown.
    [InlineData(null, 24, false)]
    public void Hides_ByAge_UntilItIsOldEnough(double? since, int? age, bool expected)
    {
        var policy = new RootGroupPolicy([], age is { } hours ? TimeSpan.FromHours(hours) : null, []);
        var released = since is { } ago ? Noon - TimeSpan.FromHours(ago) : (DateTimeOffset?)null;

        Assert.Equal(
            expected,
            PolicyDecision.Hides(policy, Provider, One, released, Noon) is not null);
    }

    [Fact]
    public void Hides_ByAge_ReturnsTheDate() => Assert.Equal(
        new PolicyBlock(
            "it was released at 2026-01-01 12:00:00Z and is allowed at 2026-01-02 12:00:00Z, after the minimum release age of 1.00:00:00",
            Until: Noon + TimeSpan.FromDays(1)),
        PolicyDecision.Hides(new RootGroupPolicy([], TimeSpan.FromDays(1), []), Provider, One, Noon, Noon));

    [Fact]
    public void Hides_ByADenyRule_ReturnsItAndNoTime()
    {
        var policy = Policy("Deny hashicorp/*") with { MinimumReleaseAge = TimeSpan.FromDays(1) };

        Assert.Equal(
            new PolicyBlock(
                "the rule 'Deny registry.terraform.io/hashicorp/*' denies it", "Deny registry.terraform.io/hashicorp/*", RuleId: 1),
            PolicyDecision.Hides(policy, Provider, One, Noon, Noon));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Deny hashicorp/*", "the rule 'Deny registry.terraform.io/hashicorp/*' denies it")]
    [InlineData("Deny hashicorp/* < 2.0", null)]
    [InlineData("Deny acme/*", null)]
    [InlineData("Allow hashicorp/* < 2.0", null)]
    [InlineData("Allow acme/*", NotAllowed)]
    [InlineData("Allow acme/*; Allow hashicorp/aws", null)]
    [InlineData("AllowUnsigned acme/*", null)]
    [InlineData("-Deny hashicorp/*", null)]
    [InlineData("-Allow acme/*", null)]
    public void HidesAll_ByRules_OnlyIfNoVersionIsAllowed(string rules, string? expected) =>
        Assert.Equal(expected, PolicyDecision.HidesAll(Policy(rules), Provider));

    [Theory]
    [InlineData("", "1.0.0", false)]
    [InlineData("Allow hashicorp/aws", "1.0.0", false)]
    [InlineData("AllowUnsigned hashicorp/aws", "1.0.0", true)]
    [InlineData("-AllowUnsigned hashicorp/aws", "1.0.0", false)]
    [InlineData("AllowUnsigned acme/*", "1.0.0", false)]
    [InlineData("AllowUnsigned hashicorp/aws ~> 1.0", "1.0.0", true)]
    [InlineData("AllowUnsigned hashicorp/aws ~> 1.0", "2.0.0", false)]
    public void AllowsUnsigned_WithARule_AppliesToItsProviders(string rules, string version, bool expected) =>
        Assert.Equal(
            expected,
            PolicyDecision.AllowsUnsigned(Policy(rules), Provider, ProviderVersion.Parse(version)));

    [Fact]
    public void Rule_WithAComment_IsShownWithIt() => Assert.Equal(
        "Deny registry.terraform.io/hashicorp/aws 1.0 (broken)",
        $"{new PolicyRule(1, PolicyRuleKind.Deny, ProviderPattern.Parse("hashicorp/aws"), VersionConstraint.Parse("1.0"), "broken")}");

    internal static RootGroupPolicy Policy(string rules) =>
        new([.. rules.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(Rule)], null, []);

    private static PolicyRule Rule(string text)
    {
        string[] words = text.Split(' ', 3);
        var versions = words.Length > 2 ? VersionConstraint.Parse(words[2]) : null;
        return new PolicyRule(1, Enum.Parse<PolicyRuleKind>(words[0].TrimStart('-')), ProviderPattern.Parse(words[1]), versions, null)
        {
            Enabled = words[0][0] != '-',
        };
    }
}
