using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Verification;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>A row of the list, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Hostname">For people; null where it is the default one.</param>
public sealed record ListedKey(
    string? Hostname, string Provider, string ProviderUrl, string Fingerprint, string? Owner, DateTimeOffset FirstSeenAt, int Versions, bool IsPinned, bool IsExpired, bool IsNewest, DateTimeOffset? LastVerifiedAt);

/// <param name="BuiltIn">It holds without being configured.</param>
public sealed record ListedTrustRule(string Providers, IReadOnlyList<string> Fingerprints, bool RefusesNewKeys, bool BuiltIn);

/// <param name="RootGroupId">Null: there is no such group, or the user may not read it.</param>
/// <param name="Total">How many keys match in all.</param>
public sealed record KeyListPage(string Group, KeyListState State, long? RootGroupId, IReadOnlyList<ListedKey> Keys, int Total, IReadOnlyList<ListedTrustRule> Rules)
{
    public int PageCount => Math.Max(1, (Total + KeyListState.PageSize - 1) / KeyListState.PageSize);
}

/// <summary>Loads the keys that have signed what a group's root group mirrors, and what the trust rules say of keys.</summary>
public sealed class KeyListLoader(SigningKeyReader keys, MirrorOptions options, CurrentUser user)
{
    public async Task<KeyListPage> LoadAsync(string group, KeyListState state, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new KeyListPage(group, state, null, [], 0, []);
        }

        var found = state.SearchProblem is null
            ? await keys.SearchAsync(scope.RootGroupId, state.ToQuery(anonymous: !access.SeesProtected), cancellationToken).ConfigureAwait(false)
            : new PageOf<SeenSigningKey>([], 0);
        var several = found.Items.GroupBy(key => key.Provider).Where(provider => provider.Count() > 1).Select(provider => provider.First()).ToHashSet();
        return new KeyListPage(
            group,
            state,
            scope.RootGroupId,
            [.. found.Items.Select(key => new ListedKey(
                key.Provider.Hostname.IsDefault ? null : key.Provider.Hostname.Display,
                $"{key.Provider.Namespace}/{key.Provider.Type}",
                Urls.Provider(group, key.Provider),
                key.Fingerprint,
                key.Owner,
                key.FirstSeenAt,
                key.Versions,
                key.IsPinned,
                key.IsExpired,
                several.Contains(key),
                key.LastVerifiedAt))],
            found.Total,
            [.. options.ToTrustPolicy().Rules.Select(ToListed)]);
    }

    private static ListedTrustRule ToListed(TrustRule rule) => new(
        rule.ProviderPattern,
        rule.Fingerprints,
        rule.NewKeys == NewKeyPolicy.Refuse,
        rule.ProviderPattern == TrustPolicy.BuiltInRule.ProviderPattern && rule.Fingerprints.SequenceEqual(TrustPolicy.BuiltInRule.Fingerprints));
}
