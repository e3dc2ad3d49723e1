namespace Mirror.Core.Verification;

/// <summary>What to do with a key that signs a provider whose other keys are already known.</summary>
public enum NewKeyPolicy
{
    /// <summary>Record and show it.</summary>
    Accept,

    /// <summary>Refuse what it signs. The first key ever seen for a provider is taken.</summary>
    Refuse,
}

/// <summary>Which keys may sign some providers.</summary>
/// <param name="ProviderPattern"><c>[hostname/]namespace/type</c>, each part a name or <c>*</c>.</param>
/// <param name="Fingerprints">
/// The pinned keys, primary or signing: 40 hexadecimal digits, in any case, blanks allowed. Empty: none is pinned.
/// </param>
/// <param name="NewKeys">Matters where no key is pinned.</param>
public sealed record TrustRule(string ProviderPattern, IReadOnlyList<string> Fingerprints, NewKeyPolicy NewKeys = NewKeyPolicy.Accept);

/// <summary>Whether what a signature covers may be served.</summary>
public abstract record TrustDecision
{
    private TrustDecision()
    {
    }

    /// <param name="IsPinned">A rule names the key.</param>
    /// <param name="IsNewKey">The key has not signed this provider before: record and show it.</param>
    /// <param name="IsUnsigned">Nothing is proven; policy lets the provider pass without a signature.</param>
    public sealed record Accept(bool IsPinned, bool IsNewKey, bool IsUnsigned = false) : TrustDecision;

    /// <param name="Reason">What was found and what was expected, for people; one or more sentences.</param>
    public sealed record Refuse(string Reason) : TrustDecision;
}
