using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Access;

/// <summary>A file that a document links to, to which clients send no credentials.</summary>
/// <param name="Name">Its file name, which tells version and platform.</param>
/// <param name="Digest">Of a provider's package, where it is known: other bytes under the same name have another link.</param>
public sealed record LinkedFile(ResolvedNamespace Scope, ISourceAddress Source, ProviderVersion Version, string Name, Sha256Digest? Digest)
{
    /// <summary>The job whose document has the link, so that what it causes is the job's; null: nobody's in particular.</summary>
    public long? JobId { get; init; }

    /// <summary>What a signature speaks of; no part can hold the separator.</summary>
    internal string Statement(long expires) => FormattableString.Invariant(
        $"mirror-link-1\n{Scope.NamespaceId}\n{Source}\n{Version}\n{Name}\n{Digest?.Hex}\n{expires}{(JobId is { } job ? FormattableString.Invariant($"\n{job}") : "")}");
}
