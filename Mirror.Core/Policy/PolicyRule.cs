using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Verification;

namespace Mirror.Core.Policy;

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null for every version.</param>
public sealed record PolicyRule(long Id, PolicyRuleKind Kind, ProviderPattern Provider, VersionConstraint? Versions, string? Comment)
{
    /// <summary>The maximum length of a comment, in characters.</summary>
    public const int MaxComment = 200;

    internal static PolicyRule From(PolicyRuleRow row) =>
        new(
            row.Id,
            row.Kind,
            ProviderPattern.Parse(row.Provider),
            row.Versions is null ? null : VersionConstraint.Parse(row.Versions),
            row.Comment);

    public bool Matches(ProviderAddress provider, ProviderVersion version) =>
        Provider.Matches(provider) && (Versions is null || Versions.Matches(version) || version.IsPrerelease && MatchesRelease(version));

    // A rule for releases also matches their prereleases: otherwise a denied range would allow them.
    private bool MatchesRelease(ProviderVersion version) =>
        Versions!.Matches(ProviderVersion.Parse(FormattableString.Invariant($"{version.Major}.{version.Minor}.{version.Patch}")));

    public override string ToString() =>
        $"{Kind} {Provider}{(Versions is null ? "" : $" {Versions}")}{(Comment is null ? "" : $" ({Comment})")}";
}

/// <param name="Kind">allow, deny or allowUnsigned.</param>
/// <param name="Provider"><c>[hostname/]namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Versions">A version constraint; null for every version.</param>
public sealed record NewPolicyRule(
    PolicyRuleKind Kind,
    [MaxLength(ProviderAddress.MaxLength)] string Provider,
    [MaxLength(VersionConstraint.MaxLength)] string? Versions = null,
    [MaxLength(PolicyRule.MaxComment)] string? Comment = null);

/// <summary>The rules that decide which versions a root group allows.</summary>
/// <param name="MinimumReleaseAge">The minimum age of a version; null for any age.</param>
/// <param name="Pins">The keys that must have signed new versions of some providers.</param>
public sealed record RootGroupPolicy(IReadOnlyList<PolicyRule> Rules, TimeSpan? MinimumReleaseAge, IReadOnlyList<KeyPin> Pins)
{
    public static RootGroupPolicy Open { get; } = new([], null, []);

    /// <summary>Whether any version can be hidden.</summary>
    internal bool MayHide => MinimumReleaseAge is not null || Rules.Any(rule => rule.Kind != PolicyRuleKind.AllowUnsigned);
}

/// <param name="MinimumReleaseAge">
/// A duration such as <c>72h</c>, <c>3d</c> or <c>3.00:00:00</c> (the form that the API returns); null for any age.
/// </param>
public sealed record NewMinimumReleaseAge([MaxLength(Quantity.MaxLength)] string? MinimumReleaseAge);
