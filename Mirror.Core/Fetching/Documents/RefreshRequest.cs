using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Of what the cached origin documents are dropped; with both null, of everything.</summary>
/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>; null: none, unless <paramref name="Module"/> is null
/// too.</param>
/// <param name="Module"><c>namespace/name/system</c> or <c>hostname/namespace/name/system</c>; null: none, unless
/// <paramref name="Provider"/> is null too.</param>
public sealed record RefreshRequest(
    [MaxLength(ProviderAddress.MaxLength)] string? Provider = null, [MaxLength(ModuleAddress.MaxLength)] string? Module = null);
