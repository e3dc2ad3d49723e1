using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Verification;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>The keys that have signed what a root group mirrors, by provider.</summary>
/// <param name="Total">How many match in all.</param>
/// <param name="Rules">What <c>Mirror:Trust</c> says of keys, the most specific rule first.</param>
public sealed record KeyListDocument(IReadOnlyList<KeyDocument> Items, int Total, IReadOnlyList<TrustRuleDocument> Rules);

/// <param name="Versions">How many versions it signed that are known here.</param>
/// <param name="Pinned">A trust rule named it when the last of them was verified.</param>
/// <param name="Expired">It had expired by then; Terraform accepts such keys too.</param>
public sealed record KeyDocument(
    string Provider, string Fingerprint, string? Owner, DateTimeOffset FirstSeenAt, int Versions, bool Pinned, bool Expired, DateTimeOffset? LastVerifiedAt)
{
    public static KeyDocument From(SeenSigningKey key) => new(
        key.Provider.ToString(), key.Fingerprint, key.Owner, key.FirstSeenAt, key.Versions, key.IsPinned, key.IsExpired, key.LastVerifiedAt);
}

/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Fingerprints">The pinned keys; empty: none is pinned.</param>
/// <param name="RefusesNewKeys">A key is refused that has not signed the provider before.</param>
/// <param name="BuiltIn">It holds without being configured.</param>
public sealed record TrustRuleDocument(string Provider, IReadOnlyList<string> Fingerprints, bool RefusesNewKeys, bool BuiltIn)
{
    public static IReadOnlyList<TrustRuleDocument> From(MirrorOptions options) =>
    [
        .. options.ToTrustPolicy().Rules.Select(rule => new TrustRuleDocument(
            rule.ProviderPattern,
            rule.Fingerprints,
            rule.NewKeys == NewKeyPolicy.Refuse,
            rule.ProviderPattern == TrustPolicy.BuiltInRule.ProviderPattern && rule.Fingerprints.SequenceEqual(TrustPolicy.BuiltInRule.Fingerprints))),
    ];
}

internal static class KeyEndpoints
{
    private const int MaxTake = 500;

    public static void MapKeyReading(this IEndpointRouteBuilder read) =>
        read.MapGet("/groups/{group}/keys", ListAsync).WithName("ListKeys").WithTags("Policy").WithSummary("The keys that have signed what a root group mirrors, and what the trust rules say of them");

    private static async Task<Ok<KeyListDocument>> ListAsync(
        string group,
        ApiTargets targets,
        SigningKeyReader keys,
        MirrorOptions options,
        HttpContext context,
        [Description("Up to 8 words that must each stand in the address, the owner or the fingerprint"), MaxLength(SearchText.MaxLength)] string? search = null,
        [Range(0, int.MaxValue)] int skip = 0,
        [Description("How many, 1 to 500"), Range(1, MaxTake)] int take = 50,
        CancellationToken cancellationToken = default)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        var found = await keys.SearchAsync(row.RootGroupId, new SigningKeyQuery(ApiTargets.ParseSearch(search), skip, take, Anonymous: !context.SeesProtected()), cancellationToken);
        return TypedResults.Ok(new KeyListDocument([.. found.Items.Select(KeyDocument.From)], found.Total, TrustRuleDocument.From(options)));
    }
}
