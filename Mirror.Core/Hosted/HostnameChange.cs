using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>
/// Gives published providers and modules the current own hostname when the server starts, after <c>Mirror:PublicUrl</c> has got another
/// host. Only names in <c>Mirror:Hosted:Hostnames</c> are replaced; other earlier names are reported.
/// </summary>
public sealed class HostnameChange(
    MirrorOptions options, IDbContextFactory<MirrorDbContext> databases, TimeProvider time, ILogger<HostnameChange> log)
{
    // The own hostnames of this instance so far that may have content.
    private const string Setting = "hosted.hostnames";

    private const char Separator = ',';

    // Of the addresses in a message.
    private const int MaxNamed = 10;

    /// <summary>Call it before requests are served, since they may cache what it changes.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        string? current = options.OwnHostname?.Value;
        var reports = await databases.RetryAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var setting = await db.Settings.SingleOrDefaultAsync(row => row.Name == Setting, cancellationToken).ConfigureAwait(false);
            string[] aliases = [.. options.Hosted.Hostnames.Select(hostname => hostname.Value)];
            List<Report> found = [];
            foreach (string name in aliases.Union(setting?.Value.Split(Separator, StringSplitOptions.RemoveEmptyEntries) ?? []).Where(name => name != current).Order(StringComparer.Ordinal))
            {
                found.Add(current is not null && aliases.Contains(name)
                    ? await RenameAsync(db, name, current, cancellationToken).ConfigureAwait(false)
                    : new Report(name, IsUnknown: true));
            }

            List<Report> kept = [];
            foreach (var report in found)
            {
                kept.AddRange(await HasContentAsync(db, report.Name, cancellationToken).ConfigureAwait(false) ? [report] : []);
            }

            string value = string.Join(Separator, kept.Select(report => report.Name).Union(current is null ? [] : [current]));
            if (value != (setting?.Value ?? ""))
            {
                setting ??= db.Settings.Add(new SettingRow { Name = Setting, Value = value }).Entity;
                setting.Value = value;
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return (IReadOnlyList<Report>)[.. found.Where(report => !report.IsUnknown || kept.Contains(report))];
        }).ConfigureAwait(false);
        foreach (var report in reports)
        {
            Log(report, current);
        }
    }

    private void Log(Report report, string? current)
    {
        if (report.IsUnknown)
        {
            log.UnknownHostname(report.Name, current ?? "not set");
            return;
        }

        if (report.Renamed > 0)
        {
            log.HostnameChanged(report.Renamed, report.Name, current!);
        }

        if (report.Left.Count > 0)
        {
            log.AddressesTaken(report.Name, current!, Shorten(report.Left));
        }

        if (report.Rules.Count > 0)
        {
            log.RulesOfOldHostname(report.Name, Shorten(report.Rules), current!);
        }
    }

    private static string Shorten(IReadOnlyCollection<string> texts) =>
        string.Join(", ", texts.Take(MaxNamed)) + (texts.Count > MaxNamed ? $" and {texts.Count - MaxNamed} more" : "");

    private async Task<Report> RenameAsync(MirrorDbContext db, string old, string current, CancellationToken cancellationToken)
    {
        var report = new Report(old, IsUnknown: false);
        await RenameProvidersAsync(db, report, current, cancellationToken).ConfigureAwait(false);
        await RenameModulesAsync(db, report, current, cancellationToken).ConfigureAwait(false);
        await RenameUnpublishedAsync(db, old, current, cancellationToken).ConfigureAwait(false);
        if (report.Renamed > 0)
        {
            db.Audit.Add(new AuditRow(time.GetUtcNow(), "hostname.change", Principal.System)
            {
                Target = $"{old} → {current}",
                Detail = $"{report.Renamed} providers and module versions",
            });
        }

        string prefix = old + "/";
        var rules = await db.PolicyRules.Select(row => row.Provider)
            .Union(db.KeyPins.Select(row => row.Provider))
            .Where(provider => provider.StartsWith(prefix))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        report.Rules.AddRange(rules.Order(StringComparer.Ordinal));
        return report;
    }

    private static async Task RenameProvidersAsync(MirrorDbContext db, Report report, string current, CancellationToken cancellationToken)
    {
        string old = report.Name;
        var providers = await db.Providers.Where(row => row.Hostname == old).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var provider in providers)
        {
            string source = $"{old}/{provider.Namespace}/{provider.Type}";
            if (await db.Providers.AnyAsync(
                row => row.RootGroupId == provider.RootGroupId
                    && row.Hostname == current
                    && row.Namespace == provider.Namespace
                    && row.Type == provider.Type,
                cancellationToken).ConfigureAwait(false))
            {
                report.Left.Add(source);
                continue;
            }

            provider.Hostname = current;
            string key = VersionRow.KeyOf(current, provider.Namespace, provider.Type);
            await db.Versions.Where(row => row.ProviderId == provider.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.AddressKey, key), cancellationToken)
                .ConfigureAwait(false);
            await RenameDeprecationsAsync(
                db, provider.RootGroupId, source, $"{current}/{provider.Namespace}/{provider.Type}", cancellationToken).ConfigureAwait(false);
            report.Renamed++;
        }
    }

    private static async Task RenameModulesAsync(MirrorDbContext db, Report report, string current, CancellationToken cancellationToken)
    {
        string old = report.Name;
        var modules = await db.ModulePackages.Where(row => row.Hostname == old).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var module in modules.GroupBy(row => (row.RootGroupId, row.Namespace, row.Name, row.System)))
        {
            var (root, @namespace, name, system) = module.Key;
            var taken = await db.ModulePackages.Where(row => row.RootGroupId == root
                    && row.Hostname == current
                    && row.Namespace == @namespace
                    && row.Name == name
                    && row.System == system)
                .Select(row => row.Version)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            string path = $"{@namespace}/{name}/{system}";
            foreach (var version in module)
            {
                if (taken.Contains(version.Version))
                {
                    report.Left.Add($"{old}/{path} {version.Version}");
                }
                else
                {
                    version.Hostname = current;
                    report.Renamed++;
                }
            }

            await RenameDeprecationsAsync(db, root, $"{old}/{path}", $"{current}/{path}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The numbers stay taken at the new hostname, also those of providers and modules that have no version any more.</summary>
    private static Task<int> RenameUnpublishedAsync(MirrorDbContext db, string old, string current, CancellationToken cancellationToken)
    {
        string prefix = old + "/";
#pragma warning disable CA1845 // Runs in the database, which has no spans.
        return db.UnpublishedVersions.Where(row => row.Source.StartsWith(prefix)
                && !db.UnpublishedVersions.Any(other =>
                    other.Source == current + row.Source.Substring(old.Length) && other.Version == row.Version))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Source, row => current + row.Source.Substring(old.Length)), cancellationToken);
#pragma warning restore CA1845
    }

    private static Task RenameDeprecationsAsync(
        MirrorDbContext db, long rootGroupId, string old, string source, CancellationToken cancellationToken) =>
        db.Deprecations.Where(row => row.RootGroupId == rootGroupId
                && row.Source == old
                && !db.Deprecations.Any(other => other.RootGroupId == rootGroupId && other.Source == source && other.Version == row.Version))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Source, source), cancellationToken);

    private static async Task<bool> HasContentAsync(MirrorDbContext db, string name, CancellationToken cancellationToken)
    {
        // Renamed rows are not saved yet.
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return await db.Providers.AnyAsync(row => row.Hostname == name && row.Versions.Count > 0, cancellationToken).ConfigureAwait(false)
            || await db.ModulePackages.AnyAsync(row => row.Hostname == name, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="Name">A former own hostname, or an alias.</param>
    /// <param name="IsUnknown">It is not configured any more.</param>
    private sealed record Report(string Name, bool IsUnknown)
    {
        public int Renamed { get; set; }

        /// <summary>The addresses that also exist at the current hostname.</summary>
        public List<string> Left { get; } = [];

        /// <summary>The providers in policy rules and key pins.</summary>
        public List<string> Rules { get; } = [];
    }
}
