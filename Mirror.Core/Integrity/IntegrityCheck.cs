using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Packages;
using Mirror.Core.Verification;

namespace Mirror.Core.Integrity;

/// <summary>
/// Reads everything that is stored and compares it with its digest, its records with what proved them, and the records with
/// the bytes, both ways. What is wrong is taken out of service, and on demand fetched anew.
/// </summary>
public sealed class IntegrityCheck(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, OpenPgpVerifier verifier, DamagedPackages damaged,
    NamespaceDirectory namespaces, TimeProvider time)
{
    private const int BufferSize = 256 * 1024;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Tells how far it is a few times a second, and at its end. It ends early when nobody listens any more.</summary>
    /// <param name="bytesPerSecond">Null: as fast as it goes.</param>
    /// <param name="by">Who started it: their events tell what was taken out and fetched anew.</param>
    /// <exception cref="InvalidDataException">The package store is empty though packages are recorded: nothing was changed.</exception>
    public async IAsyncEnumerable<IntegrityStatus> RunAsync(IntegrityMode mode, long? bytesPerSecond, Principal by, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var recorded = await RecordedBytes.In(db).ToListAsync(cancellationToken).ConfigureAwait(false);
        var orphans = await ListStoredAsync(cancellationToken).ConfigureAwait(false);
        if (recorded.Count > 0 && orphans.Count == 0)
        {
            throw new InvalidDataException($"The package store is empty, but {recorded.Count} packages are recorded; is the disk with the packages mounted? Nothing was changed.");
        }

        await RecordAsync(mode == IntegrityMode.Repair ? "integrity.repair" : "integrity.verify", true, null, by, cancellationToken).ConfigureAwait(false);
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
            orphans.Remove(digest);
            findings.AddRange(await CheckAsync(db, proofs, digest, mode, by, pace, cancellationToken).ConfigureAwait(false));
            checkedSize += package.Size;
            count++;
            if (time.GetElapsedTime(reportedAt) >= ReportInterval)
            {
                reportedAt = time.GetTimestamp();
                yield return new IntegrityStatus(count, recorded.Count, checkedSize, size, [.. findings], false);
            }
        }

        foreach (var orphan in orphans)
        {
            findings.AddRange(await HandleOrphanAsync(orphan, mode, by, cancellationToken).ConfigureAwait(false));
        }

        if (mode == IntegrityMode.Repair)
        {
            findings.RemoveAll(finding => finding.Outcome == IntegrityOutcome.OutOfService);
            findings.AddRange(await damaged.RepairAsync(by, cancellationToken).ConfigureAwait(false));
        }

        await RecordAsync(
            "integrity.end",
            findings.All(finding => finding.Outcome is IntegrityOutcome.None or IntegrityOutcome.Repaired),
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

    private async Task<HashSet<Sha256Digest>> ListStoredAsync(CancellationToken cancellationToken)
    {
        var stored = new HashSet<Sha256Digest>();
        await foreach (var digest in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            stored.Add(digest);
        }

        return stored;
    }

    private async Task<IReadOnlyList<IntegrityFinding>> CheckAsync(MirrorDbContext db, ProofInspection proofs, Sha256Digest digest, IntegrityMode mode, Principal by, Pace pace, CancellationToken cancellationToken)
    {
        if (await InspectAsync(digest, pace, cancellationToken).ConfigureAwait(false) is not null)
        {
            // Once more where nobody replaces or removes it meanwhile: what was deleted while it was read is not damaged.
            using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                var rows = await FindRowsAsync(db, digest, cancellationToken).ConfigureAwait(false);
                if (!await RecordedBytes.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false)
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
        foreach (var row in await FindRowsAsync(db, digest, cancellationToken).ConfigureAwait(false))
        {
            if (await proofs.FindFaultAsync(row, cancellationToken).ConfigureAwait(false) is { } unproven)
            {
                using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
                {
                    findings.AddRange(await HandleAsync([row], digest, IntegrityFault.Unproven, unproven, deleteBytes: false, mode, by, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return findings;
    }

    /// <summary>Null where the bytes are what they should be.</summary>
    private async Task<(IntegrityFault Fault, string Detail)?> InspectAsync(Sha256Digest digest, Pace pace, CancellationToken cancellationToken)
    {
        using var content = await store.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return (IntegrityFault.Missing, $"The package store does not hold {digest}.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            for (long offset = 0; (read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), offset, cancellationToken).ConfigureAwait(false)) > 0; offset += read)
            {
                hash.AppendData(buffer, 0, read);
                await pace.TakeAsync(read, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            return (IntegrityFault.Damaged, $"The bytes stored as {digest} cannot be read: {e.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        string found = Convert.ToHexStringLower(hash.GetCurrentHash());
        return found == digest.Hex ? null : (IntegrityFault.Damaged, $"The bytes stored as {digest} have the SHA-256 {found}.");
    }

    private static Task<List<PackageRow>> FindRowsAsync(MirrorDbContext db, Sha256Digest digest, CancellationToken cancellationToken) =>
        db.Packages.AsNoTracking().Include(row => row.Version).ThenInclude(version => version.Provider)
            .Where(row => row.Sha256 == digest.Hex).ToListAsync(cancellationToken);

    private async Task<IReadOnlyList<IntegrityFinding>> HandleAsync(
        IReadOnlyList<PackageRow> rows, Sha256Digest digest, IntegrityFault fault, string detail, bool deleteBytes, IntegrityMode mode, Principal by, CancellationToken cancellationToken)
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
            await damaged.TakeOutAsync(rows, digest, fault, detail, deleteBytes, by, cancellationToken).ConfigureAwait(false);
        }

        return findings;
    }

    /// <summary>Modules are fetched anew when somebody asks, and must then have the SHA-256 that stays recorded: only the bytes go.</summary>
    private async Task<IReadOnlyList<IntegrityFinding>> HandleModuleAsync(MirrorDbContext db, Sha256Digest digest, IntegrityFault fault, string detail, IntegrityMode mode, Principal by, CancellationToken cancellationToken)
    {
        var rows = await db.ModulePackages.AsNoTracking().Where(row => row.Sha256 == digest.Hex).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (mode != IntegrityMode.Look)
        {
            db.Audit.AddRange(rows.Select(row => new AuditRow(time.GetUtcNow(), "module.verify", by)
            {
                RootGroupId = row.RootGroupId,
                Version = row.Version,
                Succeeded = false,
                Target = $"{row.Hostname}/{row.Namespace}/{row.Name}/{row.System}",
                Detail = detail,
            }));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
        }

        string modules = string.Join(", ", rows.Select(row => $"{row.Hostname}/{row.Namespace}/{row.Name}/{row.System} {row.Version}"));
        return [new IntegrityFinding(
            fault, digest, null, null, null, null,
            mode switch { IntegrityMode.Look => IntegrityOutcome.None, IntegrityMode.Repair => IntegrityOutcome.NotRepaired, _ => IntegrityOutcome.OutOfService },
            $"{detail} It is the module {modules}, which the next 'terraform init' fetches anew.")];
    }

    private async Task<IReadOnlyList<IntegrityFinding>> HandleOrphanAsync(Sha256Digest digest, IntegrityMode mode, Principal by, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            await using var db = databases.CreateDbContext();
            if (await RecordedBytes.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false)
                || !await store.ExistsAsync(digest, cancellationToken).ConfigureAwait(false))
            {
                return []; // It came, or went, meanwhile.
            }

            if (mode == IntegrityMode.Repair)
            {
                db.Audit.Add(new AuditRow(time.GetUtcNow(), "package.discard", by) { Target = digest.ToString(), Detail = "No record named these bytes." });
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                await store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
            }
        }

        return [new IntegrityFinding(
            IntegrityFault.Orphan, digest, null, null, null, null,
            mode == IntegrityMode.Repair ? IntegrityOutcome.Repaired : IntegrityOutcome.None,
            mode == IntegrityMode.Repair ? "No record named these bytes; they were removed." : "No record names these bytes.")];
    }
}
