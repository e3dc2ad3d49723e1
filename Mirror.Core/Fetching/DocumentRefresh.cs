using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching;

/// <summary>Drops what is cached of origins' documents; proofs and packages stay.</summary>
public sealed class DocumentRefresh(VersionLists lists, Releases releases, ModuleLocations locations, DocumentCache documents)
{
    /// <summary>The next request asks the origin, and nothing that it said before stands in for its answer.</summary>
    /// <param name="source">A provider or module; null: all of both.</param>
    public async Task ForgetAsync(ISourceAddress? source, CancellationToken cancellationToken)
    {
        await lists.ForgetAsync(source, cancellationToken).ConfigureAwait(false);
        if (source is null or ModuleAddress)
        {
            await locations.ForgetAsync(source as ModuleAddress, cancellationToken).ConfigureAwait(false);
        }

        if (source is null or ProviderAddress)
        {
            releases.Forget(source as ProviderAddress);
        }

        documents.Forget(source);
    }
}
