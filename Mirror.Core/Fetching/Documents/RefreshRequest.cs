using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Selects the cached origin documents to invalidate; if both members are null, all of them.</summary>
/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>, or null.</param>
/// <param name="Module"><c>namespace/name/system</c> or <c>hostname/namespace/name/system</c>, or null.</param>
public sealed record RefreshRequest(
    [MaxLength(ProviderAddress.MaxLength)] string? Provider = null, [MaxLength(ModuleAddress.MaxLength)] string? Module = null);
