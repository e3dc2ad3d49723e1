using Mirror.Core.Verification;

namespace Mirror.Core.Catalog;

/// <summary>What a root group mirrors that matches a search; each page is the beginning of its list.</summary>
/// <param name="Providers">With a matching version.</param>
/// <param name="Modules">With a matching version.</param>
/// <param name="Keys">That signed one of its providers, by provider.</param>
public sealed record SearchResults(Page<ProviderSummary> Providers, Page<ModuleSummary> Modules, Page<SeenSigningKey> Keys);
