using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Policy;

/// <summary>A version that is stored, or that an origin's cached list offers.</summary>
/// <param name="ReleasedAt">When the version was signed or first seen; null if unknown, which counts as long ago.</param>
public readonly record struct KnownVersion(ProviderVersion Version, bool IsStored, DateTimeOffset? ReleasedAt);

/// <summary>The effect of a policy change on the known versions.</summary>
/// <param name="Hidden">The versions that clients would no longer get.</param>
/// <param name="Shown">The versions that clients would get again.</param>
/// <param name="IsComplete">False if there are more versions than are examined, so that the numbers are minimums.</param>
public sealed record PolicyEffect(AffectedVersions Hidden, AffectedVersions Shown, bool IsComplete);

/// <summary>Versions that a change of a policy affects.</summary>
/// <param name="Stored">The number of stored versions.</param>
/// <param name="StoredProviders">The number of providers with such versions.</param>
/// <param name="Listed">The number of versions that are not stored, and that an origin lists.</param>
/// <param name="ListedProviders">The number of providers with such versions.</param>
/// <param name="Providers">The providers with the most affected versions first; of many, only some.</param>
public sealed record AffectedVersions(
    int Stored, int StoredProviders, int Listed, int ListedProviders, IReadOnlyList<AffectedProvider> Providers)
{
    [JsonIgnore]
    public bool IsEmpty => Stored + Listed == 0;
}

/// <param name="Stored">The number of stored versions.</param>
/// <param name="Listed">The number of versions that are not stored, and that the origin lists.</param>
/// <param name="Versions">The newest of both.</param>
public sealed record AffectedProvider(ProviderAddress Provider, int Stored, int Listed, IReadOnlyList<ProviderVersion> Versions);

/// <summary>
/// Computes which of the known versions a change of a policy would hide or show: the decisions of <see cref="PolicyDecision"/> before and
/// after it.
/// </summary>
public sealed class PolicyPreview(RootGroupPolicy before, RootGroupPolicy after, DateTimeOffset now)
{
    /// <summary>Providers that an effect names.</summary>
    public const int MaxProviders = 100;

    /// <summary>Versions of each provider that an effect names.</summary>
    public const int MaxVersions = 10;

    private readonly Tally _hidden = new();
    private readonly Tally _shown = new();

    private readonly List<PolicyRule> _changed =
    [
        .. before.Rules.Where(rule => Hides(rule) && !after.Rules.Any(other => HideTheSame(rule, other))),
        .. after.Rules.Where(rule => Hides(rule) && !before.Rules.Any(other => HideTheSame(rule, other))),
    ];

    private readonly bool _restricts = before.Applied(PolicyRuleKind.Allow).Any() != after.Applied(PolicyRuleKind.Allow).Any();

    /// <summary>The longer of the two minimum release ages; null if there is none. Older versions are not hidden by their age.</summary>
    public TimeSpan? LongestAge { get; } = before.MinimumReleaseAge is null && after.MinimumReleaseAge is null
        ? null
        : TimeSpan.FromTicks(Math.Max((before.MinimumReleaseAge ?? default).Ticks, (after.MinimumReleaseAge ?? default).Ticks));

    /// <summary>Whether the change may affect a version of the provider. Only such providers need <see cref="Add"/>.</summary>
    public bool MayAffect(ProviderAddress provider) =>
        _restricts || before.MinimumReleaseAge != after.MinimumReleaseAge || _changed.Exists(rule => rule.Provider.Matches(provider));

    /// <summary>Examines a provider.</summary>
    /// <param name="versions">In any order, each once.</param>
    public void Add(ProviderAddress provider, IEnumerable<KnownVersion> versions)
    {
        var (policy, changed) = (Narrow(before, provider), Narrow(after, provider));
        foreach (var version in versions)
        {
            bool was = PolicyDecision.IsHidden(policy, provider, version.Version, version.ReleasedAt, now);
            bool becomes = PolicyDecision.IsHidden(changed, provider, version.Version, version.ReleasedAt, now);
            if (was != becomes)
            {
                (becomes ? _hidden : _shown).Add(provider, version);
            }
        }
    }

    /// <param name="isComplete">Whether all versions were added.</param>
    public PolicyEffect Finish(bool isComplete) => new(_hidden.Finish(), _shown.Finish(), isComplete);

    private static bool Hides(PolicyRule rule) => rule is { Enabled: true, Kind: not PolicyRuleKind.AllowUnsigned };

    private static bool HideTheSame(PolicyRule rule, PolicyRule other) =>
        Hides(other) && rule.Kind == other.Kind && rule.Provider == other.Provider && rule.Versions?.ToString() == other.Versions?.ToString();

    /// <summary>The policy with only the rules that matter for a provider; one allow rule remains, because it denies what it does not name.</summary>
    private static RootGroupPolicy Narrow(RootGroupPolicy policy, ProviderAddress provider)
    {
        var rules = policy.Rules.Where(rule => Hides(rule) && rule.Provider.Matches(provider)).ToList();
        if (!rules.Exists(rule => rule.Kind == PolicyRuleKind.Allow))
        {
            rules.AddRange(policy.Applied(PolicyRuleKind.Allow).Take(1));
        }

        return policy with { Rules = rules };
    }

    private sealed class Tally
    {
        private readonly Dictionary<ProviderAddress, Count> _counts = [];

        public void Add(ProviderAddress provider, KnownVersion version)
        {
            if (!_counts.TryGetValue(provider, out var count))
            {
                _counts.Add(provider, count = new Count());
            }

            count.Add(version);
        }

        public AffectedVersions Finish() => new(
            _counts.Values.Sum(count => count.Stored),
            _counts.Values.Count(count => count.Stored > 0),
            _counts.Values.Sum(count => count.Listed),
            _counts.Values.Count(count => count.Listed > 0),
            [.. _counts.OrderByDescending(item => item.Value.Stored)
                .ThenByDescending(item => item.Value.Listed)
                .ThenBy(item => item.Key.ToString(), StringComparer.Ordinal)
                .Take(MaxProviders)
                .Select(item => new AffectedProvider(item.Key, item.Value.Stored, item.Value.Listed, item.Value.Newest))]);
    }

    private sealed class Count
    {
        private readonly SortedSet<ProviderVersion> _newest = [];

        public int Stored { get; private set; }

        public int Listed { get; private set; }

        public IReadOnlyList<ProviderVersion> Newest => [.. _newest.Reverse()];

        public void Add(KnownVersion version)
        {
            (Stored, Listed) = version.IsStored ? (Stored + 1, Listed) : (Stored, Listed + 1);
            if (_newest.Count < MaxVersions || version.Version > _newest.Min!)
            {
                _newest.Add(version.Version);
                if (_newest.Count > MaxVersions)
                {
                    _newest.Remove(_newest.Min!);
                }
            }
        }
    }
}
