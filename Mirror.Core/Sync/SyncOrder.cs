using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;
using Mirror.Core.Credentials;

namespace Mirror.Core.Sync;

/// <summary>The providers to sync.</summary>
/// <param name="Platforms">As <c>os_arch</c>; null or empty for all that the origin offers.</param>
/// <param name="Force">Fetch stored packages again and replace them.</param>
/// <param name="Tokens">Tokens by hostname, sent to these origins for this sync only and never stored; write-only.</param>
public sealed record SyncOrder(
    [MaxLength(SyncRequest.MaxProviders)] IReadOnlyList<SyncOrderItem> Providers,
    IReadOnlyList<string>? Platforms = null,
    bool Force = false,
    [ItemLength(Variables.MaxLength)] IReadOnlyDictionary<string, string>? Tokens = null)
{
    /// <exception cref="FormatException">There are no providers, or a part is malformed; the message says which.</exception>
    public SyncRequest Parse() => Providers.Count > 0
        ? new SyncRequest(
            [.. Providers.Select(item =>
                new SyncSelection(
                    ProviderAddress.Parse(item.Provider), item.Versions is null ? null : VersionConstraint.Parse(item.Versions)))],
            [.. (Platforms ?? []).Select(Platform.Parse).Distinct()],
            Force)
        {
            BringsTokens = Tokens is { Count: > 0 },
        }
        : throw new FormatException($"providers: expected 1 to {SyncRequest.MaxProviders} entries.");

    public override string ToString() => string.Join(", ", Providers);
}

/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>.</param>
/// <param name="Versions">A version constraint in Terraform's syntax, such as <c>5.1.0</c>; null for the latest stable version.</param>
public sealed record SyncOrderItem(
    [MaxLength(ProviderAddress.MaxLength)] string Provider, [MaxLength(VersionConstraint.MaxLength)] string? Versions = null);
