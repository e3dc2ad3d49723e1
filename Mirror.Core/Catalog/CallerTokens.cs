using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>
/// Tokens for origin hosts that were sent with one request: used only for it, kept only in memory, and discarded when it ends.
/// </summary>
public sealed class CallerTokens(IReadOnlyDictionary<ProviderHostname, string> tokens)
{
    /// <summary>Unique to the request: documents fetched with its tokens are not used for other requests.</summary>
    public CredentialIdentity Identity { get; } = CredentialIdentity.Caller(Guid.NewGuid());

    /// <returns>Null if there is no token for the host.</returns>
    public string? Find(ProviderHostname host) => tokens.GetValueOrDefault(host);

    public override string ToString() => $"{tokens.Count} tokens";
}
