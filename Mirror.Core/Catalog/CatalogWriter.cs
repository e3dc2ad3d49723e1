using System.Data;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;

namespace Mirror.Core.Catalog;

/// <summary>A package with staged bytes whose digest has been verified or, for an import, computed.</summary>
public sealed record NewPackage(
    long RootGroupId,
    ProviderAddress Provider,
    ProviderVersion Version,
    Platform Platform,
    Sha256Digest Digest,
    long Size,
    PackageHash? ContentHash,
    TrustLevel Trust,
    CredentialIdentity Credential,
    Principal By)
{
    /// <summary>A user imported the package, with or without proof; otherwise it was fetched.</summary>
    public bool IsImported { get; init; }

    /// <summary>The package is part of a release, whose audit event includes it.</summary>
    public bool IsPublished { get; init; }

    /// <summary>See <see cref="PackageRow.ArchiveProblem"/>.</summary>
    public string? ArchiveProblem { get; init; }
}

/// <summary>A version to publish, with all its packages.</summary>
/// <param name="Packages">At least one, of different platforms, with their staged bytes.</param>
/// <param name="Records">Writes the other records of the version, and checks its preconditions, in the same transaction.</param>
public sealed record NewRelease(
    long RootGroupId,
    ProviderAddress Provider,
    ProviderVersion Version,
    IReadOnlyList<(NewPackage Package, StagedPackage Staged)> Packages,
    string Detail,
    Principal By,
    Func<MirrorDbContext, CancellationToken, Task> Records);

public enum RecordOutcome
{
    Added,

    /// <summary>The platform was stored with other bytes, which have been replaced.</summary>
    Replaced,

    /// <summary>The same package was already stored.</summary>
    Unchanged,

    /// <summary>The platform is stored with other, more trusted bytes, which were kept.</summary>
    KeptMoreTrusted,
}

public enum PackageDeletion
{
    Deleted,

    /// <summary>The package was not stored.</summary>
    NotStored,

    /// <summary>It belongs to a published version, which is deleted as a whole or not at all.</summary>
    Published,
}

/// <summary>
/// Adds and removes a root group's packages: first the bytes in the package store, then the row. Each change and its audit event are one
/// transaction.
/// </summary>
public sealed class CatalogWriter(
    IDbContextFactory<MirrorDbContext> databases,
    IPackageStore store,
    StoredBlobs blobs,
    PendingBlobs pending,
    CatalogChanges changes,
    MirrorOptions options,
    TimeProvider time)
{
    /// <summary>Commits staged bytes and writes their row, so that the whole package becomes visible atomically.</summary>
    /// <param name="staged">Null if the store already has the bytes and they are known to be correct.</param>
    /// <exception cref="IOException">The bytes cannot be stored durably, or are no longer stored; no row is written.</exception>
    /// <exception cref="UnpublishedVersionException">The version was unpublished; no row is written.</exception>
    public async Task<RecordOutcome> AddPackageAsync(NewPackage package, StagedPackage? staged, CancellationToken cancellationToken)
    {
        RecordOutcome outcome;
        Sha256Digest? replaced;
        using var longerWait = DatabaseHealth.WaitLonger();
        try
        {
            (outcome, replaced) = await CommitAsync(package, staged, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbUpdateException or UnpublishedVersionException)
        {
            // The root group or the version has been deleted, so no row will ever refer to the bytes.
            await blobs.RemoveUnusedAsync(package.Digest, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // Before anything else and even if storing fails: earlier reads are now outdated.
        changes.Publish(new CatalogChange(package.RootGroupId, package.Provider));
        if (replaced is { } old)
        {
            await blobs.RemoveUnusedAsync(old, CancellationToken.None).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <summary>
    /// Commits the staged bytes of all packages, then writes all rows of the version in one transaction, so that it becomes visible
    /// atomically. If that fails, nothing is left.
    /// </summary>
    /// <returns>False if the version exists already, in any form.</returns>
    /// <exception cref="IOException">The bytes cannot be stored durably; no row is written.</exception>
    /// <exception cref="UnpublishedVersionException">The version was unpublished; no row is written.</exception>
    public async Task<bool> AddReleaseAsync(NewRelease release, CancellationToken cancellationToken)
    {
        using var longerWait = DatabaseHealth.WaitLonger();
        List<Sha256Digest> digests = [.. release.Packages.Select(item => item.Package.Digest).Distinct().OrderBy(digest => digest.Hex, StringComparer.Ordinal)];
        string record = await pending.AddAsync(digests, cancellationToken).ConfigureAwait(false);
        CrashPoints.Reached("release-recorded");
        bool added = false;
        var locks = new List<IDisposable>();
        try
        {
            // Always in the same order, so that two publications cannot wait for each other.
            foreach (var digest in digests)
            {
                locks.Add(await store.LockAsync(digest, cancellationToken).ConfigureAwait(false));
            }

            var identities = new Dictionary<Sha256Digest, string>();
            foreach (var (package, staged) in release.Packages)
            {
                if (!identities.ContainsKey(package.Digest))
                {
                    string identity = await store.CommitAsync(staged, package.Digest, cancellationToken).ConfigureAwait(false);
                    blobs.Remember(package.Digest, identity);
                    identities.Add(package.Digest, identity);
                }
            }

            CrashPoints.Reached("release-stored");
            added = await databases.RetryAsync(db => WriteReleaseAsync(db, release, identities, record, cancellationToken))
                .ConfigureAwait(false);
        }
        finally
        {
            locks.ForEach(held => held.Dispose());
            if (!added)
            {
                // Even if the client has disconnected.
                await pending.DiscardAsync(record, digests, CancellationToken.None).ConfigureAwait(false);
            }
        }

        if (added)
        {
            CrashPoints.Reached("release-written");
            changes.Publish(new CatalogChange(release.RootGroupId, release.Provider) { Unproven = release.Version });
        }

        return added;
    }

    /// <summary>Records the result of hashing stored bytes in every row that refers to them.</summary>
    /// <param name="contentHash">The <c>h1:</c>; null if the archive has none.</param>
    /// <param name="problem">See <see cref="PackageRow.ArchiveProblem"/>.</param>
    public async Task SetContentHashAsync(
        Sha256Digest digest, PackageHash? contentHash, string? problem, CancellationToken cancellationToken)
    {
        string? hash = contentHash?.Value;
        await using var db = databases.CreateDbContext();
        var rows = db.Packages.Where(row => row.Sha256 == digest.Hex);
        await rows.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ContentHash, row => hash ?? row.ContentHash).SetProperty(row => row.ArchiveProblem, problem),
            cancellationToken).ConfigureAwait(false);
        var providers = await rows.Select(row => row.Version.Provider).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var provider in providers)
        {
            changes.Publish(
                new CatalogChange(provider.RootGroupId, CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type)));
        }
    }

    private async Task<bool> WriteReleaseAsync(
        MirrorDbContext db,
        NewRelease release,
        Dictionary<Sha256Digest, string> identities,
        string record,
        CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken)
            .ConfigureAwait(false);
        bool exists = await db.Versions.Where(CatalogReader.Is(release.RootGroupId, release.Provider))
            .AnyAsync(row => row.Version == release.Version.Value, cancellationToken)
            .ConfigureAwait(false);
        if (exists)
        {
            return false;
        }

        foreach (var (package, staged) in release.Packages)
        {
            await StoredBlobs.PutAsync(
                db, package.Digest, staged.Length, identities[package.Digest], isNamed: true, cancellationToken).ConfigureAwait(false);
            await WriteRowsAsync(db, package, cancellationToken).ConfigureAwait(false);
        }

        await release.Records(db, cancellationToken).ConfigureAwait(false);
        await PendingBlobs.CompleteAsync(db, record, cancellationToken).ConfigureAwait(false);
        var published = Event(release.RootGroupId, "version.publish", release.By, release.Provider, release.Version, null);
        published.Detail = release.Detail;
        db.Audit.Add(published);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Deletes one platform's package; the version is kept, even if it is empty. Published versions do not lose platforms.</summary>
    public Task<PackageDeletion> DeletePackageAsync(
        long rootGroupId,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.Packages.Include(package => package.Version)
            .SingleOrDefaultAsync(
                package => package.Version.Provider.RootGroupId == rootGroupId
                    && package.Version.Provider.Hostname == provider.Hostname.Value
                    && package.Version.Provider.Namespace == provider.Namespace && package.Version.Provider.Type == provider.Type
                    && package.Version.Version == version.Value && package.Os == platform.Os && package.Arch == platform.Arch,
                cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return PackageDeletion.NotStored;
        }

        if (await IsPublishedAsync(db, rootGroupId, provider, version, cancellationToken).ConfigureAwait(false))
        {
            return PackageDeletion.Published;
        }

        db.Packages.Remove(row);
        await QuarantineRows.RemoveAsync(db, row.Version.ProviderId, version.Value, platform.Value, cancellationToken)
            .ConfigureAwait(false);
        var deleted = Event(rootGroupId, "package.delete", by, provider, version, platform);
        deleted.Detail = $"SHA-256 {row.Sha256}";
        db.Audit.Add(deleted);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish(new CatalogChange(rootGroupId, provider));
        await blobs.RemoveUnusedAsync(Sha256Digest.Parse(row.Sha256), CancellationToken.None).ConfigureAwait(false);
        return PackageDeletion.Deleted;
    });

    /// <summary>
    /// Deletes a version with all its packages, proofs and quarantine entries: the next request fetches everything from the origin. The
    /// number of a published version stays taken.
    /// </summary>
    /// <returns>False if nothing was stored.</returns>
    public Task<bool> DeleteVersionAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.Versions.Include(x => x.Packages).Where(CatalogReader.Is(rootGroupId, provider))
            .SingleOrDefaultAsync(x => x.Version == version.Value, cancellationToken).ConfigureAwait(false);
        if (await IsPublishedAsync(db, rootGroupId, provider, version, cancellationToken).ConfigureAwait(false))
        {
            await UnpublishedVersions.AddAsync(db, rootGroupId, provider, version, time.GetUtcNow(), by, cancellationToken).ConfigureAwait(false);
        }

        string? records = await VersionRecords.RemoveAsync(db, rootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
        if (row is null && records is null)
        {
            return false;
        }

        var packages = row?.Packages ?? [];
        if (row is not null)
        {
            db.Versions.Remove(row);
        }

        var deleted = Event(rootGroupId, "version.delete", by, provider, version, null);
        deleted.Detail = string.Join(
            "; ",
            packages.Select(package =>
                $"{package.Os}_{package.Arch} with the SHA-256 {package.Sha256}").Append(records).Where(text => text is { Length: > 0 }));
        db.Audit.Add(deleted);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish(new CatalogChange(rootGroupId, provider) { Unproven = version });
        foreach (string digest in packages.Select(package => package.Sha256).Distinct())
        {
            await blobs.RemoveUnusedAsync(Sha256Digest.Parse(digest), CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    });

    /// <summary>Whether the version is at the own hostname and a publisher signed it, unlike imported packages without a proof.</summary>
    private async Task<bool> IsPublishedAsync(
        MirrorDbContext db, long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        options.IsOwn(provider.Hostname)
        && await db.Proofs.AnyAsync(
            row => row.Provider.RootGroupId == rootGroupId
                && row.Provider.Hostname == provider.Hostname.Value
                && row.Provider.Namespace == provider.Namespace
                && row.Provider.Type == provider.Type
                && row.Version == version.Value
                && row.KeyFingerprint != null,
            cancellationToken).ConfigureAwait(false);

    /// <summary>The row of a provider, created if it does not exist; saved with the caller's changes.</summary>
    internal static async Task<ProviderRow> EnsureProviderAsync(
        MirrorDbContext db, long rootGroupId, ProviderAddress address, CancellationToken cancellationToken)
    {
        var row = await db.Providers.SingleOrDefaultAsync(
            x => x.RootGroupId == rootGroupId
                && x.Hostname == address.Hostname.Value
                && x.Namespace == address.Namespace
                && x.Type == address.Type,
            cancellationToken).ConfigureAwait(false);
        return row ?? db.Providers.Add(new ProviderRow
        {
            RootGroupId = rootGroupId,
            Hostname = address.Hostname.Value,
            Namespace = address.Namespace,
            Type = address.Type,
        }).Entity;
    }

    private async Task<(RecordOutcome Outcome, Sha256Digest? Replaced)> CommitAsync(
        NewPackage package, StagedPackage? staged, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(package.Digest, cancellationToken).ConfigureAwait(false))
        {
            string identity;
            long length;
            if (staged is not null)
            {
                length = staged.Length;
                identity = await store.CommitAsync(staged, package.Digest, cancellationToken).ConfigureAwait(false);
                blobs.Remember(package.Digest, identity);
            }
            else
            {
                using var content = await store.Uncached.OpenAsync(package.Digest, cancellationToken).ConfigureAwait(false)
                    ?? throw new IOException($"The package store no longer holds {package.Digest}.");
                if (!await blobs.IsHashedAsync(package.Digest, content.Identity, cancellationToken).ConfigureAwait(false))
                {
                    throw new IOException($"The bytes stored as {package.Digest} have just been changed.");
                }

                (identity, length) = (content.Identity, content.Length);
            }

            return await databases.RetryAsync(async db =>
            {
                await StoredBlobs.PutAsync(db, package.Digest, length, identity, isNamed: true, cancellationToken).ConfigureAwait(false);
                return await WriteRowsAsync(db, package, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    private async Task<(RecordOutcome Outcome, Sha256Digest? Replaced)> WriteRowsAsync(
        MirrorDbContext db, NewPackage package, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var provider = await EnsureProviderAsync(db, package.RootGroupId, package.Provider, cancellationToken).ConfigureAwait(false);
        var version = provider.Id == 0
            ? null
            : await db.Versions.Include(x => x.Packages)
                .SingleOrDefaultAsync(x => x.ProviderId == provider.Id && x.Version == package.Version.Value, cancellationToken)
                .ConfigureAwait(false);
        if (version is null
            && options.IsOwn(package.Provider.Hostname)
            && await UnpublishedVersions.FindAsync(db, package.Provider, package.Version, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            throw new UnpublishedVersionException(gone);
        }

        version ??= db.Versions.Add(new VersionRow
        {
            Provider = provider,
            Version = package.Version.Value,
            SortKey = package.Version.SortKey,
            CreatedAt = now,
            CreatedBy = package.By.Name,
            CreatedByKind = package.By.Kind,
        }).Entity;
        var row = version.Packages.SingleOrDefault(x => x.Os == package.Platform.Os && x.Arch == package.Platform.Arch);
        Sha256Digest? replaced = null;
        var outcome = RecordOutcome.Added;
        if (row is null)
        {
            await ForgetDamageAsync(db, version, package.Platform, cancellationToken).ConfigureAwait(false);
            version.Packages.Add(row = new PackageRow
            {
                Os = package.Platform.Os,
                Arch = package.Platform.Arch,
                Sha256 = package.Digest.Hex,
                Credential = package.Credential.Value,
                CachedBy = package.By.Name,
            });
        }
        else if (row.Sha256 == package.Digest.Hex)
        {
            // For the same bytes, trust can only increase: importing a copy of a verified package does not lower it.
            outcome = RecordOutcome.Unchanged;
            if (package.Trust > row.Trust || row.ContentHash is null && package.ContentHash is not null)
            {
                if (package.Trust > row.Trust)
                {
                    var gained = Event(
                        package.RootGroupId, ActionOf(package), package.By, package.Provider, package.Version, package.Platform);
                    gained.Detail = $"same bytes, trust changed from {row.Trust} to {package.Trust}";
                    db.Audit.Add(gained);
                }

                row.Trust = (TrustLevel)Math.Max((int)row.Trust, (int)package.Trust);
                row.ContentHash ??= package.ContentHash?.Value;
                row.ArchiveProblem ??= package.ArchiveProblem;
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return (outcome, null);
        }
        else if (package.Trust < row.Trust)
        {
            // The caller removes its bytes if no other row needs them.
            return (RecordOutcome.KeptMoreTrusted, package.Digest);
        }
        else
        {
            replaced = Sha256Digest.Parse(row.Sha256);
            outcome = RecordOutcome.Replaced;
        }

        if (version.ProviderId != 0)
        {
            await QuarantineRows.RemoveAsync(db, version.ProviderId, version.Version, package.Platform.Value, cancellationToken)
                .ConfigureAwait(false);
        }

        row.Sha256 = package.Digest.Hex;
        row.Size = package.Size;
        row.ContentHash = package.ContentHash?.Value;
        row.ArchiveProblem = package.ArchiveProblem;
        row.Trust = package.Trust;
        row.Credential = package.Credential.Value;
        row.CachedAt = now;
        row.CachedBy = package.By.Name;
        row.CachedByKind = package.By.Kind;
        if (!package.IsPublished)
        {
            db.Audit.Add(Event(package.RootGroupId, ActionOf(package), package.By, package.Provider, package.Version, package.Platform));
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return (outcome, replaced);
    }

    /// <summary>Removes the damage records of a platform whose package has been replaced.</summary>
    private static async Task ForgetDamageAsync(
        MirrorDbContext db, VersionRow version, Platform platform, CancellationToken cancellationToken)
    {
        if (version.ProviderId != 0)
        {
            db.DamagedPackages.RemoveRange(await db.DamagedPackages
                .Where(row => row.ProviderId == version.ProviderId && row.Version == version.Version && row.Platform == platform.Value)
                .ToListAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private static string ActionOf(NewPackage package) => package.IsImported ? "package.import" : "package.cache";

    private AuditRow Event(
        long rootGroupId, string action, Principal by, ProviderAddress provider, ProviderVersion version, Platform? platform) =>
        new AuditRow(time.GetUtcNow(), action, by).Of(rootGroupId, provider, version, platform);
}
