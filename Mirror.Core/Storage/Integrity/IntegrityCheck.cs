using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Verification;

namespace Mirror.Core.Storage.Integrity;

/// <summary>
/// Checks all stored packages against their digests, the records against their proofs, and records and bytes against each other. Damaged
/// packages are taken out of service and, on request, fetched again.
/// </summary>
public sealed class IntegrityCheck(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, StoredBlobs blobs, StoreOwnership ownership,
    OrphanDecisions orphanDecisions, OpenPgpVerifier verifier,
    DamagedPackages damaged, Repairs repairs, NamespaceDirectory namespaces, TimeProvider time)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Reports its progress a few times per second and at the end. The check stops when the caller stops listening.</summary>
    /// <param name="bytesPerSecond">Null for no limit.</param>
    /// <param name="by">
    /// The principal that started the check, recorded in audit events. The system does not remove records for missing bytes if many are
    /// missing.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The package store is empty although packages are recorded, or belongs to another instance; nothing was changed.
    /// </exception>
    public async IAsyncEnumerable<IntegrityStatus> RunAsync(
        IntegrityMode mode,
        OrphanDecision orphanDecision,
        long? bytesPerSecond,
        Principal by,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var recorded = await ReferencedBlobs.In(db).ToListAsync(cancellationToken).ConfigureAwait(false);
        var stored = await store.ListAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        await RefuseAnotherStoreAsync(recorded, [.. stored.Select(package => package.Digest.Hex)], by, cancellationToken)
            .ConfigureAwait(false);
        await RecordAsync(mode == IntegrityMode.Repair ? "integrity.repair" : "integrity.verify", true, null, by, cancellationToken)
            .ConfigureAwait(false);
        var findings = new List<IntegrityFinding>();
        var proofs = new ProofInspection(verifier, db);
        var pace = new Pace(bytesPerSecond, time);
        long size = recorded.Sum(package => package.Size), checkedSize = 0;
        int count = 0;
        long reportedAt = time.GetTimestamp();
        yield return new IntegrityStatus(0, recorded.Count, 0, size, [], false);
        foreach (var package in recorded)
        {
            var digest = Sha256Digest.Parse(package.Sha256);
            findings.AddRange(await CheckAsync(db, proofs, digest, mode, by, pace, cancellationToken).ConfigureAwait(false));
            checkedSize += package.Size;
            count++;
            if (time.GetElapsedTime(reportedAt) >= ReportInterval)
            {
                reportedAt = time.GetTimestamp();
                yield return new IntegrityStatus(count, recorded.Count, checkedSize, size, [.. findings], false);
            }
        }

        findings.AddRange(await orphanDecisions.ApplyAsync(stored, orphanDecision, by, cancellationToken).ConfigureAwait(false));

        if (mode == IntegrityMode.Repair)
        {
            findings.RemoveAll(finding => finding.Outcome == IntegrityOutcome.OutOfService);
            findings.AddRange(await repairs.RunAsync(by, cancellationToken).ConfigureAwait(false));
        }

        await RecordAsync(
            "integrity.end",
            findings.All(finding => finding.Fault == IntegrityFault.Orphan
                || finding.Outcome is IntegrityOutcome.None or IntegrityOutcome.Repaired),
            string.Create(CultureInfo.InvariantCulture, $"{count} packages, {findings.Count} findings"),
            by,
            cancellationToken).ConfigureAwait(false);
        yield return new IntegrityStatus(count, recorded.Count, checkedSize, size, [.. findings], true);
    }

    private async Task RecordAsync(string action, bool succeeded, string? detail, Principal by, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        db.Audit.Add(new AuditRow(time.GetUtcNow(), action, by) { Succeeded = succeeded, Target = "stored packages", Detail = detail });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An unmounted disk, or another one instead, must not make all packages look lost.</summary>
    private async Task RefuseAnotherStoreAsync(
        List<ReferencedBlob> recorded, HashSet<string> stored, Principal by, CancellationToken cancellationToken)
    {
        if (!await ownership.MatchesDatabaseAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidDataException(
                "The package store does not belong to this database. Check that the right disk is mounted. Nothing was changed.");
        }

        var missing = recorded.Where(package => !stored.Contains(package.Sha256)).ToList();
        if (recorded.Count > 0 && stored.Count == 0
            || by == Principal.System
                && OrphanPolicy.HoldsBack(missing.Sum(package => package.Size), recorded.Sum(package => package.Size)))
        {
            throw new InvalidDataException(
                $"{recorded.Count} packages are recorded, but the package store {(stored.Count == 0 ? "is empty" : $"lacks {missing.Count} of them")}. Check that the disk with the packages is mounted. Nothing was changed.");
        }
    }

    private async Task<IReadOnlyList<IntegrityFinding>> CheckAsync(
        MirrorDbContext db,
        ProofInspection proofs,
        Sha256Digest digest,
        IntegrityMode mode,
        Principal by,
        Pace pace,
        CancellationToken cancellationToken)
    {
        if (await InspectAsync(digest, pace, cancellationToken).ConfigureAwait(false) is not null)
        {
            // Check again under the lock: packages deleted while they were being read are not damaged.
            using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                var rows = await DamagedPackages.FindRowsAsync(db, digest, cancellationToken).ConfigureAwait(false);
                if (!await ReferencedBlobs.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false)
                    || await InspectAsync(digest, pace, cancellationToken).ConfigureAwait(false) is not var (fault, detail))
                {
                    return [];
                }

                return rows.Count > 0
                    ? await HandleAsync(rows, digest, fault, detail, deleteBytes: true, mode, by, cancellationToken).ConfigureAwait(false)
                    : await HandleModuleAsync(db, digest, fault, detail, mode, by, cancellationToken).ConfigureAwait(false);
            }
        }

        var findings = new List<IntegrityFinding>();
        foreach (var row in await DamagedPackages.FindRowsAsync(db, digest, cancellationToken).ConfigureAwait(false))
        {
            if (await proofs.FindFaultAsync(row, cancellationToken).ConfigureAwait(false) is { } unproven)
            {
                using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
                {
                    findings.AddRange(
                        await HandleAsync(
                            [row],
                            digest,
                            IntegrityFault.Unproven,
                            unproven,
                            deleteBytes: false,
                            mode,
                            by,
                            cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return findings;
    }

    /// <summary>Null if the bytes are correct.</summary>
    private async Task<(IntegrityFault Fault, string Detail)?> InspectAsync(
        Sha256Digest digest, Pace pace, CancellationToken cancellationToken)
    {
        try
        {
            using var content = await store.Uncached.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return (IntegrityFault.Missing, $"The package store has no bytes for {digest}.");
            }

            var found = await StoredBlobs.HashAsync(content, read => pace.TakeAsync(read, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            if (found != digest)
            {
                return (IntegrityFault.Damaged, $"The bytes stored as {digest} have the SHA-256 {found.Hex}.");
            }

            if (!content.HasChanged() && !await blobs.IsHashedAsync(digest, content.Identity, cancellationToken).ConfigureAwait(false))
            {
                await blobs.RecordAsync(digest, content.Length, content.Identity, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (IOException e)
        {
            return (IntegrityFault.Damaged, $"The bytes stored as {digest} cannot be read: {e.Message}");
        }
    }

    private async Task<IReadOnlyList<IntegrityFinding>> HandleAsync(
        IReadOnlyList<PackageRow> rows,
        Sha256Digest digest,
        IntegrityFault fault,
        string detail,
        bool deleteBytes,
        IntegrityMode mode,
        Principal by,
        CancellationToken cancellationToken)
    {
        var findings = new List<IntegrityFinding>();
        foreach (var row in rows)
        {
            var provider = row.Version.Provider;
            var root = await namespaces.FindAsync(provider.RootGroupId, cancellationToken).ConfigureAwait(false);
            findings.Add(new IntegrityFinding(
                fault, digest, root?.Path, CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type),
                ProviderVersion.Parse(row.Version.Version), Platform.Parse($"{row.Os}_{row.Arch}"),
                mode == IntegrityMode.Look ? IntegrityOutcome.None : IntegrityOutcome.OutOfService, detail));
        }

        if (mode != IntegrityMode.Look)
        {
            await damaged.TakeOutAsync(rows, digest, fault, detail, deleteBytes, refuse: true, by, cancellationToken).ConfigureAwait(false);
        }

        return findings;
    }

    /// <summary>
    /// Only removes the bytes of modules. They are fetched again on request and must then match the recorded SHA-256.
    /// </summary>
    private async Task<IReadOnlyList<IntegrityFinding>> HandleModuleAsync(
        MirrorDbContext db,
        Sha256Digest digest,
        IntegrityFault fault,
        string detail,
        IntegrityMode mode,
        Principal by,
        CancellationToken cancellationToken)
    {
        var rows = await db.ModulePackages.AsNoTracking()
            .Where(row => row.Sha256 == digest.Hex)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (mode != IntegrityMode.Look)
        {
            await damaged.TakeOutModulesAsync(db, digest, detail, by, cancellationToken).ConfigureAwait(false);
        }

        string modules = string.Join(", ", rows.Select(row => $"{row.Hostname}/{row.Namespace}/{row.Name}/{row.System} {row.Version}"));
        return [new IntegrityFinding(
            fault, digest, null, null, null, null,
            mode switch { IntegrityMode.Look => IntegrityOutcome.None, IntegrityMode.Repair => IntegrityOutcome.NotRepaired, _ => IntegrityOutcome.OutOfService },
            $"{detail} It belongs to the module {modules}, which the next 'terraform init' fetches again.")];
    }
}
