using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Access;

/// <summary>A file linked from a document, which clients request without credentials.</summary>
/// <param name="Name">The file name, which includes version and platform.</param>
/// <param name="Digest">The digest of a provider's package, if known: other bytes with the same name have another link.</param>
public sealed record LinkedFile(ResolvedNamespace Scope, ISourceAddress Source, ProviderVersion Version, string Name, Sha256Digest? Digest)
{
    /// <summary>The job that the document was created for, to which its downloads are attributed; null if there is none.</summary>
    public long? JobId { get; init; }

    /// <summary>The signed text; no part can contain the separator.</summary>
    internal string Statement(long expires) => FormattableString.Invariant(
        $"mirror-link-1\n{Scope.NamespaceId}\n{Source}\n{Version}\n{Name}\n{Digest?.Hex}\n{expires}{(JobId is { } job ? FormattableString.Invariant($"\n{job}") : "")}");
}
