using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>
/// Tokens for origin hosts that came along with one piece of work: used for it alone, kept in memory only, and gone with it.
/// </summary>
public sealed class CallerTokens(IReadOnlyDictionary<ProviderHostname, string> tokens)
{
    /// <summary>Of this piece of work: what it fetches answers nobody else's requests for documents.</summary>
    public CredentialIdentity Identity { get; } = CredentialIdentity.Caller(Guid.NewGuid());

    /// <returns>Null where none came along for the host.</returns>
    public string? Find(ProviderHostname host) => tokens.GetValueOrDefault(host);

    public override string ToString() => $"{tokens.Count} tokens";
}
