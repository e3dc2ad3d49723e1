using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Verification;

/// <summary>The keys that signed a root group's packages, by provider, with the trust rules and pins.</summary>
/// <param name="Total">The number of matching keys.</param>
/// <param name="Rules">The rules of <c>Mirror:Trust</c>, most specific first.</param>
/// <param name="Pins">The pins of the root group, oldest first.</param>
public sealed record SigningKeyList(
    IReadOnlyList<SeenSigningKey> Items, int Total, IReadOnlyList<StatedTrustRule> Rules, IReadOnlyList<KeyPin> Pins);

/// <summary>A key that signed a provider of a root group.</summary>
/// <param name="Versions">The number of known versions that it signed.</param>
/// <param name="Pinned">A trust rule named the key when its latest version was verified.</param>
/// <param name="Expired">The key had expired by then; Terraform accepts such keys too.</param>
/// <param name="LastVerifiedAt">When a version was last verified with the key; null if none of its proofs is left.</param>
public sealed record SeenSigningKey(
    ProviderAddress Provider,
    string Fingerprint,
    string? Owner,
    DateTimeOffset FirstSeenAt,
    int Versions,
    bool Pinned,
    bool Expired,
    DateTimeOffset? LastVerifiedAt)
{
    /// <summary>For display, such as <c>RSA 4096</c>; null if it is unknown.</summary>
    public string? Algorithm { get; init; }

    /// <summary>When the key expires; null if it does not, or if <see cref="Algorithm"/> is unknown.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Another key signed the provider before this one did.</summary>
    public bool ReplacesAnother { get; init; }
}

/// <summary>Whether a key may sign new versions of a provider.</summary>
public enum KeyState
{
    /// <summary>A pin or a trust rule names it.</summary>
    Pinned,

    /// <summary>No pin applies, and it was the first key of the provider.</summary>
    Accepted,

    /// <summary>No pin applies, and another key signed the provider before: compare it with the publisher's announcement.</summary>
    New,

    /// <summary>Other keys are pinned, so new versions that it signs are rejected.</summary>
    Refused,
}

/// <summary>Determines the state of a key from the pins and trust rules that are in effect now.</summary>
public static class KeyStates
{
    /// <param name="key">The key, for one provider.</param>
    public static KeyState Of(SeenSigningKey key, IReadOnlyList<StatedTrustRule> rules, IReadOnlyList<KeyPin> pins)
    {
        var own = pins.Where(pin => pin.Provider.Matches(key.Provider))
            .GroupBy(pin => pin.Provider)
            .MaxBy(same => same.Key.Specificity)?
            .ToList() ?? [];
        // Most specific first.
        var rule = rules.FirstOrDefault(item => item.Fingerprints.Count > 0 && ProviderPattern.Parse(item.Provider).Matches(key.Provider));
        if (own.Count == 0 && rule is null)
        {
            return key.ReplacesAnother ? KeyState.New : KeyState.Accepted;
        }

        // A pin may name a signing subkey: then the key was pinned when its last version was verified.
        bool bySubkey = key.Pinned && !own.Exists(pin => pin.CreatedAt > key.LastVerifiedAt);
        bool named = (own.Count == 0 || own.Exists(pin => pin.Fingerprint == key.Fingerprint))
            && (rule is null || rule.Fingerprints.Contains(key.Fingerprint));
        return named || bySubkey ? KeyState.Pinned : KeyState.Refused;
    }
}

/// <summary>A trust rule in effect.</summary>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Fingerprints">The pinned keys; empty if none is pinned.</param>
/// <param name="RefusesNewKeys">Keys that have not signed the provider before are rejected.</param>
/// <param name="BuiltIn">The rule applies by default.</param>
public sealed record StatedTrustRule(string Provider, IReadOnlyList<string> Fingerprints, bool RefusesNewKeys, bool BuiltIn);

/// <summary>A key that a root group pins: of the pinned keys of a provider, one must have signed each of its new versions.</summary>
/// <param name="Provider"><c>hostname/namespace/type</c>, each a name or <c>*</c>. The most specific pins of a provider apply.</param>
/// <param name="Fingerprint">The primary or signing key: 40 hexadecimal digits.</param>
public sealed record KeyPin(
    ProviderPattern Provider, string Fingerprint, string? Comment, DateTimeOffset CreatedAt, string CreatedBy)
{
    /// <summary>The maximum length of a comment, in characters.</summary>
    public const int MaxComment = 200;
}

/// <param name="Provider"><c>[hostname/]namespace/type</c>, each a name or <c>*</c>.</param>
/// <param name="Fingerprint">40 hexadecimal digits, in any case, with white space between them.</param>
public sealed record NewKeyPin(
    [MaxLength(ProviderAddress.MaxLength)] string Provider,
    [MaxLength(KeyFingerprint.MaxLength)] string Fingerprint,
    [MaxLength(KeyPin.MaxComment)] string? Comment = null);
