using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Core.Jobs;

/// <summary>Creates and ends jobs: short-lived principals, each for one Terraform run in one workspace or group.</summary>
public sealed class JobService(IDbContextFactory<MirrorDbContext> databases, JobRecords records, AccessChanges changes, TimeProvider time)
{
    // Committing a large package to a slow disk can take that long.
    private static readonly TimeSpan SummaryTimeout = TimeSpan.FromSeconds(5);

    /// <param name="maker">A principal that may read the namespace.</param>
    /// <param name="readsProtected">Whether it may also read content fetched with a credential.</param>
    /// <returns>The job without URLs, which are unknown here; null if the caller has too many jobs (<see cref="JobLimits"/>).</returns>
    public async Task<NewJob?> CreateAsync(
        ResolvedNamespace scope, AccessSubject maker, bool readsProtected, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var (by, now) = (maker.Principal, time.GetUtcNow());
        string caller = CallerName(by);
        await using var db = databases.CreateDbContext();
        var theirs = db.Principals.Where(x => x.Kind == PrincipalKind.Job && x.CreatedBy == caller);
        // Jobs created in the future were created before the clock was set back; they are no longer valid.
        var (since, ahead) = (now - JobLimits.Window, now + StoredLifetime.Tolerance);
        int open = await theirs.CountAsync(x => x.Job!.EndedAt == null && x.Job.ExpiresAt > now && x.CreatedAt <= ahead, cancellationToken)
            .ConfigureAwait(false);
        int recent = await theirs.CountAsync(x => x.CreatedAt > since && x.CreatedAt <= ahead, cancellationToken).ConfigureAwait(false);
        if (!JobLimits.Permit(open, recent))
        {
            return null;
        }

        var expires = now + lifetime;
        var row = db.Principals.Add(new PrincipalRow
        {
            Kind = PrincipalKind.Job,
            Name = FormattableString.Invariant(
                $"{scope.Path}/{now:yyyyMMdd'T'HHmmss'Z'}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}"),
            NamespaceId = scope.NamespaceId,
            CreatedAt = now,
            CreatedBy = caller,
            Job = new JobRow { ExpiresAt = expires, ReadsProtected = readsProtected, MadeById = maker.PrincipalId },
        }).Entity;
        var (token, text) = AccessTokens.Make("job", now, expires, by);
        token.Principal = row;
        db.AccessTokens.Add(token);
        db.Audit.Add(
            new AuditRow(now, "job.create", by with { Run = JobRow.RunOf(row.Name) }) { RootGroupId = scope.RootGroupId, NamespaceId = scope.NamespaceId, Target = row.Name });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new NewJob(row.Id, row.Name, scope.Path.Value, text, expires, null, []);
    }

    /// <summary>
    /// A job of the namespace with the results of its requests, including those in progress; null if there is no such job.
    /// </summary>
    public async Task<JobSummary?> FindAsync(ResolvedNamespace scope, long id, CancellationToken cancellationToken)
    {
        await records.WhenWrittenAsync(id, SummaryTimeout, cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var row = await db.Principals.AsNoTracking().Include(x => x.Job!.Packages)
            .SingleOrDefaultAsync(x => x.Id == id && x.Kind == PrincipalKind.Job && x.NamespaceId == scope.NamespaceId, cancellationToken)
                .ConfigureAwait(false);
        return row?.Job is not { } job ? null : new JobSummary(
            id, row.Name, scope.Path.Value, row.CreatedBy, row.CreatedAt, job.ExpiresAt, job.EndedAt, [
                .. job.Packages.Select(Read)
                    .OrderBy(item => item.Package.Outcome)
                        .ThenBy(item => item.Source.Display, StringComparer.Ordinal)
                        .ThenBy(item => item.Version)
                    .Select(item => item.Package),
            ])
        {
            MadeById = job.MadeById,
        };
    }

    /// <summary>Ends a job of the namespace and invalidates its token. The work it caused continues.</summary>
    public async Task EndAsync(ResolvedNamespace scope, long id, Principal by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using (var db = databases.CreateDbContext())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            int ended = await db.Jobs.Where(x => x.PrincipalId == id
                && x.Principal.NamespaceId == scope.NamespaceId
                && x.EndedAt == null
                && x.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.EndedAt, now), cancellationToken).ConfigureAwait(false);
            if (ended > 0)
            {
                string name = await db.Principals.Where(x => x.Id == id)
                    .Select(x => x.Name)
                    .SingleAsync(cancellationToken)
                    .ConfigureAwait(false);
                db.Audit.Add(
                    new AuditRow(now, "job.end", by with { Run = JobRow.RunOf(name) }) { RootGroupId = scope.RootGroupId, NamespaceId = scope.NamespaceId, Target = name });
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        changes.Publish();
    }

    /// <summary>Removes jobs that ended long ago, and the oldest ended jobs if there are too many.</summary>
    public async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now - JobLimits.KeptAfterEnd;
        await using var db = databases.CreateDbContext();
        var jobs = db.Principals.Where(x => x.Kind == PrincipalKind.Job);
        await jobs.Where(x => (x.Job!.EndedAt ?? x.Job.ExpiresAt) < until).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        long oldest = await jobs.OrderByDescending(x => x.Id)
            .Skip(JobLimits.Kept)
            .Select(x => x.Id)
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        await jobs.Where(x => x.Id <= oldest && (x.Job!.EndedAt != null || x.Job.ExpiresAt <= now))
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// The caller that created a job. Anonymous callers are identified by their address, or by its /64 network for IPv6.
    /// </summary>
    public static string CallerName(Principal principal)
    {
        if (principal.Kind != PrincipalKind.Anonymous || !IPAddress.TryParse(principal.RemoteAddress, out var address))
        {
            return principal.Name;
        }

        var network = ClientNetwork.Of(address);
        return $"{principal.Name} ({network}{(network.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(network) ? "/64" : "")})";
    }

    private static (ISourceAddress Source, ProviderVersion? Version, JobPackage Package) Read(JobPackageRow row)
    {
        bool isProvider = ProviderAddress.TryParse(row.Provider, out var provider);
        ISourceAddress source = isProvider ? provider! : ModuleAddress.Parse(row.Provider);
        var version = row.Version.Length == 0 ? null : ProviderVersion.Parse(row.Version);
        return (
            source,
            version,
            new JobPackage(
                isProvider ? row.Provider : null, version?.Value, row.Outcome, row.Reason, row.At, isProvider ? null : row.Provider));
    }
}
