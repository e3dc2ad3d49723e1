namespace Mirror.Core.Verification;

/// <summary>How to treat an unknown key that signs a provider with known keys.</summary>
public enum NewKeyPolicy
{
    /// <summary>Accept, record and show it.</summary>
    Accept,

    /// <summary>Refuse what it signs. The first key seen for a provider is always accepted.</summary>
    Refuse,
}

/// <summary>The keys that may sign some providers.</summary>
/// <param name="ProviderPattern"><c>[hostname/]namespace/type</c>, each part a name or <c>*</c>.</param>
/// <param name="Fingerprints">
/// The pinned keys, primary or signing: 40 hexadecimal digits, in any case, spaces allowed. Empty if none is pinned.
/// </param>
/// <param name="NewKeys">Only relevant if no key is pinned.</param>
public sealed record TrustRule(string ProviderPattern, IReadOnlyList<string> Fingerprints, NewKeyPolicy NewKeys = NewKeyPolicy.Accept);

/// <summary>Whether the signed content may be served.</summary>
public abstract record TrustDecision
{
    private TrustDecision()
    {
    }

    /// <param name="IsPinned">A rule pins the key.</param>
    /// <param name="IsNewKey">The key has not signed this provider before; record and show it.</param>
    /// <param name="IsUnsigned">Nothing is proven; the policy allows the provider without a signature.</param>
    public sealed record Accept(bool IsPinned, bool IsNewKey, bool IsUnsigned = false) : TrustDecision;

    /// <param name="Reason">What was found and expected, for display; one or more sentences.</param>
    public sealed record Refuse(string Reason) : TrustDecision;
}
