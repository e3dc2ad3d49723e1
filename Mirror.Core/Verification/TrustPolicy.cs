using Mirror.Core.Addresses;

namespace Mirror.Core.Verification;

/// <summary>
/// Decides whether a valid signature is trusted for a provider. A valid signature only proves that some key made it. Keys come from the
/// same origin as the packages, so a compromised origin can replace both; pins and previously seen keys are what it cannot forge.
/// </summary>
public sealed class TrustPolicy
{
    /// <summary>HashiCorp signs its own providers with one key, published at https://www.hashicorp.com/security.</summary>
    public static readonly TrustRule BuiltInRule =
        new("registry.terraform.io/hashicorp/*", ["C874011F0AB405110D02105534365D9472D7468F"]);

    private readonly List<Rule> _rules;

    /// <param name="configured">In any order. A rule for the same providers as <see cref="BuiltInRule"/> replaces it.</param>
    /// <exception cref="FormatException">A pattern or fingerprint is malformed; the message names it and the expected form.</exception>
    public TrustPolicy(IEnumerable<TrustRule> configured)
    {
        var rules = configured.Select(Rule.Parse).ToList();
        var builtIn = Rule.Parse(BuiltInRule);
        if (!rules.Exists(rule => rule.Pattern == builtIn.Pattern))
        {
            rules.Add(builtIn);
        }

        _rules = [.. rules.GroupBy(rule => rule.Pattern).Select(Rule.Merge).OrderByDescending(rule => rule.Pattern.Specificity)];
    }

    /// <summary>The rules in effect, most specific first.</summary>
    public IReadOnlyList<StatedTrustRule> Rules => [.. _rules.Select(rule => new StatedTrustRule(
        rule.Pattern.ToString(),
        rule.Fingerprints,
        rule.NewKeys == NewKeyPolicy.Refuse,
        rule.Pattern.ToString() == BuiltInRule.ProviderPattern && rule.Fingerprints.SequenceEqual(BuiltInRule.Fingerprints)))];

    /// <summary>
    /// Pins come from the most specific matching rule that has any, so that a rule about new keys never lifts a pin. The treatment of new
    /// keys comes from the most specific matching rule.
    /// </summary>
    /// <param name="provider">The signed provider.</param>
    /// <param name="signature">The result of the verification.</param>
    /// <param name="seenFingerprints">The primary keys that have signed this provider for this root group.</param>
    /// <param name="allowUnsigned">The policy allows the provider without signing keys.</param>
    /// <param name="pins">
    /// The pins of the root group. They restrict what the operator's rules accept, and never add a key.
    /// </param>
    public TrustDecision Decide(
        ProviderAddress provider,
        SignatureResult signature,
        IReadOnlyCollection<string> seenFingerprints,
        bool allowUnsigned,
        IReadOnlyList<KeyPin> pins)
    {
        var decision = Decide(provider, signature, seenFingerprints, allowUnsigned);
        var pinning = pins.Where(pin => pin.Provider.Matches(provider))
            .GroupBy(pin => pin.Provider)
            .MaxBy(same => same.Key.Specificity) is { } most
            ? new Rule(most.Key, [.. most.Select(pin => pin.Fingerprint)], NewKeyPolicy.Accept)
            : null;
        return decision is not TrustDecision.Accept || pinning is null
            ? decision
            : signature is SignatureResult.Valid valid
                ? DecidePinned(provider, valid, pinning, seenFingerprints)
                : DecideUnsigned(provider, allowUnsigned, pinning, mustStaySigned: false);
    }

    /// <summary>Decides by the rules alone, without the pins of a root group.</summary>
    public TrustDecision Decide(
        ProviderAddress provider, SignatureResult signature, IReadOnlyCollection<string> seenFingerprints, bool allowUnsigned)
    {
        var matching = _rules.FindAll(rule => rule.Pattern.Matches(provider));
        var pinning = matching.Find(rule => rule.Fingerprints.Count > 0);
        bool refusesNewKeys = matching is [{ NewKeys: NewKeyPolicy.Refuse }, ..];
        bool hasSeenKeys = seenFingerprints.Count > 0;
        return signature switch
        {
            SignatureResult.Valid valid when pinning is not null => DecidePinned(provider, valid, pinning, seenFingerprints),
            SignatureResult.Valid valid when refusesNewKeys && hasSeenKeys && IsNew(valid, seenFingerprints) => new TrustDecision.Refuse(
                $"{provider} is signed by key {Describe(valid)}, which has not signed it before. New keys are refused for this provider; expected {string.Join(" or ", seenFingerprints)}."),
            SignatureResult.Valid valid => new TrustDecision.Accept(IsPinned: false, IsNew(valid, seenFingerprints)),
            SignatureResult.Invalid { Fault: SignatureFault.NoKeys } => DecideUnsigned(
                provider, allowUnsigned, pinning, mustStaySigned: refusesNewKeys && hasSeenKeys),
            SignatureResult.Invalid invalid => new TrustDecision.Refuse(invalid.Message),
            _ => throw new ArgumentException($"Unknown signature result {signature.GetType()}.", nameof(signature)),
        };
    }

    private static TrustDecision DecidePinned(
        ProviderAddress provider, SignatureResult.Valid valid, Rule pinning, IReadOnlyCollection<string> seen) =>
        pinning.Fingerprints.Contains(valid.Key.Fingerprint) || pinning.Fingerprints.Contains(valid.SigningFingerprint)
            ? new TrustDecision.Accept(IsPinned: true, IsNew(valid, seen))
            : new TrustDecision.Refuse(
                $"{provider} is signed by key {Describe(valid)}, but the trust rule for {pinning.Pattern} pins {string.Join(" or ", pinning.Fingerprints)}.");

    private static TrustDecision DecideUnsigned(ProviderAddress provider, bool allowUnsigned, Rule? pinning, bool mustStaySigned)
    {
        if (pinning is not null)
        {
            return new TrustDecision.Refuse(
                $"The registry offers no signing keys for {provider}, but the trust rule for {pinning.Pattern} pins {string.Join(" or ", pinning.Fingerprints)}.");
        }

        if (!allowUnsigned)
        {
            return new TrustDecision.Refuse(
                $"The registry offers no signing keys for {provider}; expected a signed provider, or a policy rule that allows this one unsigned.");
        }

        return mustStaySigned
            ? new TrustDecision.Refuse(
                $"The registry no longer offers signing keys for {provider}, which was signed before. New keys are refused for this provider.")
            : new TrustDecision.Accept(IsPinned: false, IsNewKey: false, IsUnsigned: true);
    }

    private static bool IsNew(SignatureResult.Valid valid, IReadOnlyCollection<string> seen) =>
        !seen.Contains(valid.Key.Fingerprint, StringComparer.OrdinalIgnoreCase);

    private static string Describe(SignatureResult.Valid valid) => $"{valid.Key.Fingerprint} ({valid.Key.UserId})";

    private sealed record Rule(ProviderPattern Pattern, IReadOnlyList<string> Fingerprints, NewKeyPolicy NewKeys)
    {
        public static Rule Parse(TrustRule rule) =>
            new(ProviderPattern.Parse(rule.ProviderPattern), [.. rule.Fingerprints.Select(KeyFingerprint.Parse)], rule.NewKeys);

        public static Rule Merge(IEnumerable<Rule> samePattern) => samePattern.Aggregate((left, right) => new Rule(
            left.Pattern,
            [.. left.Fingerprints.Union(right.Fingerprints)],
            left.NewKeys == NewKeyPolicy.Refuse ? NewKeyPolicy.Refuse : right.NewKeys));
    }
}
