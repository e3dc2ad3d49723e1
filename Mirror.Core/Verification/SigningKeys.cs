using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Verification;

/// <summary>The keys that have signed what a root group mirrors, by provider, with the rules and pins that decide about them.</summary>
/// <param name="Total">How many keys match in all.</param>
/// <param name="Rules">What <c>Mirror:Trust</c> says of keys, the most specific rule first.</param>
/// <param name="Pins">The pins of the root group, in the order in which they were made.</param>
public sealed record SigningKeyList(
    IReadOnlyList<SeenSigningKey> Items, int Total, IReadOnlyList<StatedTrustRule> Rules, IReadOnlyList<KeyPin> Pins);

/// <summary>A key that signed a provider of a root group.</summary>
/// <param name="Versions">How many versions it signed that are known here.</param>
/// <param name="Pinned">A trust rule named it when the last of them was verified.</param>
/// <param name="Expired">It had expired by then; Terraform accepts such keys too.</param>
/// <param name="LastVerifiedAt">When it last proved a version; null where none of its proofs is left.</param>
public sealed record SeenSigningKey(
    ProviderAddress Provider,
    string Fingerprint,
    string? Owner,
    DateTimeOffset FirstSeenAt,
    int Versions,
    bool Pinned,
    bool Expired,
    DateTimeOffset? LastVerifiedAt);

/// <summary>A trust rule that holds.</summary>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Fingerprints">The pinned keys; empty: none is pinned.</param>
/// <param name="RefusesNewKeys">A key is refused that has not signed the provider before.</param>
/// <param name="BuiltIn">It holds without being configured.</param>
public sealed record StatedTrustRule(string Provider, IReadOnlyList<string> Fingerprints, bool RefusesNewKeys, bool BuiltIn);

/// <summary>A key that a root group pins: of the pinned keys of a provider, one must have signed each of its new versions.</summary>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>. The most specific pins of a provider count.</param>
/// <param name="Fingerprint">Of the key, primary or signing: 40 hexadecimal digits.</param>
public sealed record KeyPin(
    ProviderPattern Provider, string Fingerprint, string? Comment, DateTimeOffset CreatedAt, string CreatedBy)
{
    /// <summary>Of a comment, in characters.</summary>
    public const int MaxComment = 200;
}

/// <param name="Provider"><c>[hostname/]namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Fingerprint">40 hexadecimal digits, in any case, with white space between them.</param>
public sealed record NewKeyPin(
    [MaxLength(ProviderAddress.MaxLength)] string Provider,
    [MaxLength(KeyFingerprint.MaxLength)] string Fingerprint,
    [MaxLength(KeyPin.MaxComment)] string? Comment = null);
