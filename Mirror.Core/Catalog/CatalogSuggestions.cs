using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <param name="Versions">The number of stored versions.</param>
public sealed record SuggestedProvider(ProviderAddress Provider, int Versions);

public sealed record SuggestedVersion(ProviderAddress Provider, ProviderVersion Version);

/// <summary>
/// Finds a few providers and versions while a user types. Unlike <see cref="CatalogSearch"/>, it does not count the matches, so
/// that it stops reading as soon as it has enough of them.
/// </summary>
public sealed class CatalogSuggestions(IDbContextFactory<MirrorDbContext> databases)
{
    // Versions are looked for in these providers only.
    private const int Candidates = 20;

    /// <summary>Providers whose address contains the words, best match first; then versions of these that contain the words with digits.</summary>
    /// <param name="anonymous">Only providers that were fetched without a credential.</param>
    /// <param name="take">The maximum number of each.</param>
    public async Task<(IReadOnlyList<SuggestedProvider> Providers, IReadOnlyList<SuggestedVersion> Versions)> FindAsync(
        long rootGroupId, SearchText search, bool anonymous, int take, CancellationToken cancellationToken)
    {
        string[] numbers = [.. search.Words.Where(IsVersion).Select(word => word.TrimStart('v'))];
        string[] names = [.. search.Words.Where(word => !IsVersion(word))];
        await using var db = databases.CreateDbContext();
        List<long> hidden = anonymous
            ? [.. (await HiddenProviders.FindAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false)).Select(provider => provider.Id)]
            : [];
        var candidates = names.Length == 0
            ? []
            : await Matching(db, rootGroupId, names, hidden).Take(Candidates).ToListAsync(cancellationToken).ConfigureAwait(false);
        var shown = candidates.Take(take).ToList();
        List<long> ids = [.. shown.Select(provider => provider.Id)];
        var counts = await db.Versions.Where(version => ids.Contains(version.ProviderId))
            .GroupBy(version => version.ProviderId)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken).ConfigureAwait(false);
        return (
            [.. shown.Select(provider => new SuggestedProvider(
                CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type), counts.GetValueOrDefault(provider.Id)))],
            numbers.Length == 0 || (names.Length > 0 && candidates.Count == 0)
                ? []
                : await FindVersionsAsync(
                    db, rootGroupId, numbers, [.. candidates.Select(provider => provider.Id)], hidden, take, cancellationToken).ConfigureAwait(false));
    }

    // 5.100 or v5, and not the name of a provider such as 1password.
    private static bool IsVersion(string word) =>
        word.Length > 0 && (char.IsAsciiDigit(word[0]) || (word.Length > 1 && word[0] == 'v' && char.IsAsciiDigit(word[1])))
        && ProviderVersionStart(word.TrimStart('v'));

    private static bool ProviderVersionStart(string word) =>
        word.IndexOfAny(['-', '+']) is var end && (end < 0 ? word : word[..end]).All(c => char.IsAsciiDigit(c) || c == '.');

    private static IQueryable<ProviderRow> Matching(MirrorDbContext db, long rootGroupId, string[] names, List<long> hidden)
    {
        var providers = db.Providers.AsNoTracking().Where(provider => provider.RootGroupId == rootGroupId && db.Versions.Any(version => version.ProviderId == provider.Id));
        foreach (string word in names)
        {
            providers = providers.Where(provider => (provider.Namespace + " " + provider.Type + " " + provider.Hostname).Contains(word));
        }

        if (hidden.Count > 0)
        {
            providers = providers.Where(provider => !hidden.Contains(provider.Id));
        }

        // The last word is what people type first: the type.
        string type = names[^1];
        return providers.OrderByDescending(provider => provider.Type == type)
            .ThenByDescending(provider => provider.Type.StartsWith(type))
            .ThenBy(provider => provider.Type)
            .ThenBy(provider => provider.Namespace)
            .ThenBy(provider => provider.Hostname);
    }

    private static async Task<IReadOnlyList<SuggestedVersion>> FindVersionsAsync(
        MirrorDbContext db,
        long rootGroupId,
        string[] numbers,
        List<long> providers,
        List<long> hidden,
        int take,
        CancellationToken cancellationToken)
    {
        var versions = db.Versions.AsNoTracking().Where(version => version.RootGroupId == rootGroupId);
        foreach (string number in numbers)
        {
            versions = versions.Where(version => version.Version.Contains(number));
        }

        if (providers.Count > 0)
        {
            versions = versions.Where(version => providers.Contains(version.ProviderId));
        }

        if (hidden.Count > 0)
        {
            versions = versions.Where(version => !hidden.Contains(version.ProviderId));
        }

        var rows = await versions
            .OrderByDescending(version => version.SortKey)
                .ThenByDescending(version => version.ProviderId)
                .ThenByDescending(version => version.Version)
            .Select(version => new { version.AddressKey, version.Version })
            .Take(take)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new SuggestedVersion(CatalogSearch.AddressOf(row.AddressKey), ProviderVersion.Parse(row.Version)))];
    }
}
