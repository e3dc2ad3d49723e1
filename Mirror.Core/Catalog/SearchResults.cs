using Mirror.Core.Verification;

namespace Mirror.Core.Catalog;

/// <summary>The search results in a root group; each page is the first of its list.</summary>
/// <param name="Providers">Those with a matching version.</param>
/// <param name="Modules">Those with a matching version.</param>
/// <param name="Keys">Keys that signed one of its providers, by provider.</param>
public sealed record SearchResults(Page<ProviderSummary> Providers, Page<ModuleSummary> Modules, Page<SeenSigningKey> Keys);
