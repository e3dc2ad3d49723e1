using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;

namespace Mirror.Core.Storage.Integrity;

/// <summary>Handles orphaned bytes: reports them, records them again by their proofs, or removes them.</summary>
public sealed class OrphanDecisions(
    IDbContextFactory<MirrorDbContext> databases,
    Orphans orphans,
    StoredBlobs blobs,
    CatalogWriter catalog,
    ContentHashes contentHashes,
    MirrorOptions options)
{
    /// <param name="stored">All packages in the store.</param>
    public async Task<IReadOnlyList<IntegrityFinding>> ApplyAsync(
        IReadOnlyCollection<StoredPackage> stored, OrphanDecision decision, Principal by, CancellationToken cancellationToken)
    {
        await orphans.FindAsync(stored, cancellationToken).ConfigureAwait(false);
        var found = await orphans.ListAsync(cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return [];
        }

        if (decision == OrphanDecision.Adopt)
        {
            await orphans.RestartGraceAsync(cancellationToken).ConfigureAwait(false);
        }

        var proofs = decision == OrphanDecision.Adopt
            ? await FindProofsAsync([.. found.Select(orphan => orphan.Digest)], cancellationToken).ConfigureAwait(false)
            : null;
        bool isHeldBack = (await orphans.SummariseAsync(cancellationToken).ConfigureAwait(false))?.HeldBack == true;
        var findings = new List<IntegrityFinding>();
        foreach (var orphan in found)
        {
            var finding = decision switch
            {
                OrphanDecision.Remove when await orphans.RemoveAsync(orphan.Digest, by, cancellationToken).ConfigureAwait(false) =>
                    Finding(orphan, IntegrityOutcome.Repaired, "Orphaned bytes; they were removed."),
                OrphanDecision.Adopt =>
                    await AdoptAsync(orphan, proofs!.GetValueOrDefault(orphan.Digest) ?? [], by, cancellationToken).ConfigureAwait(false),
                _ => null,
            };
            findings.Add(finding ?? Finding(orphan, IntegrityOutcome.None, Waiting(orphan, isHeldBack, decision)));
        }

        return findings;
    }

    private async Task<IntegrityFinding?> AdoptAsync(
        Orphan orphan, List<NewPackage> packages, Principal by, CancellationToken cancellationToken)
    {
        try
        {
            using var content = await blobs.OpenVerifiedAsync(orphan.Digest, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return Finding(
                    orphan,
                    IntegrityOutcome.None,
                    "Orphaned bytes with a wrong digest. Remove them with 'mirror verify --remove-orphans'.");
            }

            foreach (var package in packages)
            {
                await catalog.AddPackageAsync(package with { Size = content.Length, By = by }, null, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            return Finding(orphan, IntegrityOutcome.None, $"Orphaned bytes that cannot be read: {e.Message}");
        }
        catch (UnpublishedVersionException e)
        {
            return Finding(orphan, IntegrityOutcome.None, $"Orphaned bytes: {e.Message}");
        }

        if (packages.Count == 0)
        {
            return null;
        }

        contentHashes.Enqueue(orphan.Digest);
        return Finding(
            orphan,
            IntegrityOutcome.Repaired,
            $"Recorded again, using a stored proof, as {string.Join(", ", packages.Select(package => $"{package.Provider} {package.Version} {package.Platform}"))}.");
    }

    /// <summary>
    /// The packages that the stored proofs of all root groups identify the bytes as, unless those platforms are stored already.
    /// </summary>
    private async Task<Dictionary<Sha256Digest, List<NewPackage>>> FindProofsAsync(
        HashSet<Sha256Digest> digests, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Sha256Digest, List<NewPackage>>();
        await using var db = databases.CreateDbContext();
        await using var other = databases.CreateDbContext();
        var proofs = db.Proofs.AsNoTracking().Select(row =>
            new { row.ProviderId, row.Provider.RootGroupId, row.Provider.Hostname, row.Provider.Namespace, row.Provider.Type, row.Version, row.Credential, row.Trust, row.Release });
        await foreach (var row in proofs.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var file in JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!.RestoreFiles())
            {
                if (file.Digest is { } digest && digests.Contains(digest)
                    && !await other.Packages.AnyAsync(package => package.Version.ProviderId == row.ProviderId
                        && package.Version.Version == row.Version
                        && package.Os == file.Platform.Os
                        && package.Arch == file.Platform.Arch, cancellationToken).ConfigureAwait(false))
                {
                    (found.TryGetValue(digest, out var known) ? known : found[digest] = []).Add(new NewPackage(
                        row.RootGroupId, CatalogReader.Address(
                            row.Hostname,
                            row.Namespace,
                            row.Type), ProviderVersion.Parse(row.Version), file.Platform, digest, 0, file.ContentHash, row.Trust,
                        CredentialIdentity.Recorded(row.Credential), Principal.System));
                }
            }
        }

        return found;
    }

    private string Waiting(Orphan orphan, bool isHeldBack, OrphanDecision decision)
    {
        string size = Quantity.FormatSize(orphan.Size);
        return decision == OrphanDecision.Remove ? $"Orphaned bytes ({size}). They are in use and were kept."
            : isHeldBack ? $"Orphaned bytes ({size}). They are used if their package is requested. All orphans together are more than a tenth of the store, so only 'mirror verify --remove-orphans' removes them."
            : $"Orphaned bytes ({size}). They are used if their package is requested, and removed after {orphan.Since + options.Packages.OrphanGrace:u} (Mirror:Packages:OrphanGrace).";
    }

    private static IntegrityFinding Finding(Orphan orphan, IntegrityOutcome outcome, string detail) =>
        new(IntegrityFault.Orphan, orphan.Digest, null, null, null, null, outcome, detail);
}
