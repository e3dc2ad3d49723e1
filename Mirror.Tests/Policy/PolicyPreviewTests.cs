using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;

namespace Mirror.Tests.Policy;

public sealed class PolicyPreviewTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, KnownVersion[]> Known = new()
    {
        ["hashicorp/aws"] = [Stored("1.0.0"), Stored("2.0.0"), Listed("3.0.0")],
        ["hashicorp/null"] = [Stored("1.0.0")],
        ["acme/dns"] = [Listed("1.0.0"), Listed("2.0.0")],
    };

    /// <summary>Rules in the form of <see cref="PolicyDecisionTests"/>; stored and listed versions that become hidden and shown.</summary>
    [Theory]
    [InlineData("", "Deny hashicorp/*", "3+1", "0+0")]
    [InlineData("", "Deny hashicorp/aws >= 2.0", "1+1", "0+0")]
    [InlineData("", "-Deny hashicorp/*", "0+0", "0+0")]
    [InlineData("Deny hashicorp/*", "", "0+0", "3+1")]
    [InlineData("Deny hashicorp/*", "-Deny hashicorp/*", "0+0", "3+1")]
    [InlineData("Deny hashicorp/aws", "Deny acme/*", "0+2", "2+1")]
    // The first allow rule hides everything else, and the last one shows everything again.
    [InlineData("", "Allow acme/*", "3+1", "0+0")]
    [InlineData("Allow acme/*", "", "0+0", "3+1")]
    [InlineData("Allow acme/*", "Allow acme/*; Allow hashicorp/null", "0+0", "1+0")]
    [InlineData("Allow acme/*; Allow hashicorp/null", "Allow hashicorp/null", "0+2", "0+0")]
    // What another rule hides anyway does not count.
    [InlineData("Deny hashicorp/*", "Deny hashicorp/*; Deny hashicorp/aws", "0+0", "0+0")]
    [InlineData("Deny hashicorp/*; Deny hashicorp/aws", "Deny hashicorp/aws", "0+0", "1+0")]
    [InlineData("", "AllowUnsigned acme/*", "0+0", "0+0")]
    public void Effect_OfRules_CountsTheVersionsWhoseDecisionChanges(string before, string after, string hidden, string shown)
    {
        var effect = Effect(PolicyDecisionTests.Policy(before), PolicyDecisionTests.Policy(after));

        Assert.Equal((hidden, shown), ($"{effect.Hidden.Stored}+{effect.Hidden.Listed}", $"{effect.Shown.Stored}+{effect.Shown.Listed}"));
        Assert.Equal((hidden == "0+0", shown == "0+0"), (effect.Hidden.IsEmpty, effect.Shown.IsEmpty));
    }

    [Theory]
    // The age in days before and after: versions released 1, 5 and 10 days ago, and one at an unknown time.
    [InlineData(null, 3, 1, 0)]
    [InlineData(null, 7, 2, 0)]
    [InlineData(3, 7, 1, 0)]
    [InlineData(7, 3, 0, 1)]
    [InlineData(30, null, 0, 3)]
    [InlineData(7, 7, 0, 0)]
    public void Effect_OfTheMinimumReleaseAge_CountsTheVersionsInBetween(int? before, int? after, int hidden, int shown)
    {
        KnownVersion[] versions = [Stored("1.0.0"), .. new[] { 1, 5, 10 }.Select(days => Stored($"2.0.{days}") with { ReleasedAt = Noon.AddDays(-days) })];
        var preview = new PolicyPreview(Age(before), Age(after), Noon);
        var provider = ProviderAddress.Parse("hashicorp/aws");

        preview.Add(provider, versions);
        var effect = preview.Finish(isComplete: true);

        Assert.Equal((hidden, shown), (effect.Hidden.Stored, effect.Shown.Stored));
        Assert.Equal(before != after, preview.MayAffect(provider));
        Assert.Equal(Days(Math.Max(before ?? 0, after ?? 0)), preview.LongestAge);
    }

    [Fact]
    public void Effect_OfARule_NamesItsProvidersWithTheNewestVersionsFirst()
    {
        var effect = Effect(RootGroupPolicy.Open, PolicyDecisionTests.Policy("Deny */hashicorp/*; Deny acme/*"));

        Assert.Equal(
            [("hashicorp/aws", "3.0.0 2.0.0 1.0.0"), ("hashicorp/null", "1.0.0"), ("acme/dns", "2.0.0 1.0.0")],
            effect.Hidden.Providers.Select(item => (item.Provider.Display, string.Join(' ', item.Versions))));
        Assert.Equal((2, 2), (effect.Hidden.StoredProviders, effect.Hidden.ListedProviders));
    }

    [Fact]
    public void Effect_OnManyVersions_CountsAllAndNamesSome()
    {
        var preview = new PolicyPreview(RootGroupPolicy.Open, PolicyDecisionTests.Policy("Deny many/*"), Noon);
        for (int i = 0; i < PolicyPreview.MaxProviders + 5; i++)
        {
            preview.Add(ProviderAddress.Parse($"many/p{i}"), Enumerable.Range(0, 50).Select(patch => Stored($"1.0.{patch}")));
        }

        var effect = preview.Finish(isComplete: false);

        Assert.Equal((5250, PolicyPreview.MaxProviders), (effect.Hidden.Stored, effect.Hidden.Providers.Count));
        Assert.Equal(
            ["1.0.49", "1.0.48", "1.0.47", "1.0.46", "1.0.45", "1.0.44", "1.0.43", "1.0.42", "1.0.41", "1.0.40"],
            effect.Hidden.Providers[0].Versions.Select(version => version.Value));
        Assert.False(effect.IsComplete);
    }

    [Theory]
    [InlineData("", "Deny hashicorp/aws", "hashicorp/aws", true)]
    [InlineData("", "Deny hashicorp/aws", "hashicorp/null", false)]
    [InlineData("Deny hashicorp/null", "Deny hashicorp/null; Deny hashicorp/aws", "hashicorp/null", false)]
    [InlineData("", "Allow hashicorp/aws", "acme/dns", true)]
    [InlineData("Allow hashicorp/aws", "Allow hashicorp/aws; Allow hashicorp/null", "acme/dns", false)]
    [InlineData("", "AllowUnsigned acme/dns", "acme/dns", false)]
    public void MayAffect_AProvider_OnlyIfAChangedRuleConcernsIt(string before, string after, string provider, bool expected) => Assert.Equal(
        expected,
        new PolicyPreview(PolicyDecisionTests.Policy(before), PolicyDecisionTests.Policy(after), Noon).MayAffect(ProviderAddress.Parse(provider)));

    private static PolicyEffect Effect(RootGroupPolicy before, RootGroupPolicy after)
    {
        var preview = new PolicyPreview(before, after, Noon);
        foreach (var (provider, versions) in Known)
        {
            if (preview.MayAffect(ProviderAddress.Parse(provider)))
            {
                preview.Add(ProviderAddress.Parse(provider), versions);
            }
        }

        return preview.Finish(isComplete: true);
    }

    private static RootGroupPolicy Age(int? days) => RootGroupPolicy.Open with { MinimumReleaseAge = days is { } known ? Days(known) : null };

    private static TimeSpan? Days(int days) => TimeSpan.FromDays(days);

    private static KnownVersion Stored(string version) => new(ProviderVersion.Parse(version), IsStored: true, null);

    private static KnownVersion Listed(string version) => new(ProviderVersion.Parse(version), IsStored: false, null);
}
