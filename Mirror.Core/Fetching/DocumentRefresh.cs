using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching;

/// <summary>Drops what is cached of origins' documents; proofs and packages stay.</summary>
public sealed class DocumentRefresh(VersionLists lists, Releases releases, DocumentCache documents)
{
    /// <summary>The next request asks the origin, and nothing that it said before stands in for its answer.</summary>
    /// <param name="provider">Null: of all providers.</param>
    public async Task ForgetAsync(ProviderAddress? provider, CancellationToken cancellationToken)
    {
        await lists.ForgetAsync(provider, cancellationToken).ConfigureAwait(false);
        releases.Forget(provider);
        documents.Forget(provider);
    }
}
