using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>Manages the Git repositories whose tags are published. The secrets of their webhooks are stored encrypted.</summary>
public sealed class ModuleSources(
    IDbContextFactory<MirrorDbContext> databases,
    OwnHostnames hostnames,
    GitHosts hosts,
    OriginGuard guard,
    SecretBox secrets,
    MirrorOptions options,
    TimeProvider time)
{
    public const string WebhookPath = "api/v1/hooks/";

    private const int HookIdSize = 16;

    /// <summary>The module sources of a root group, by module.</summary>
    public async Task<IReadOnlyList<ModuleSource>> ListAsync(long rootGroupId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.ModuleSources.AsNoTracking()
            .Include(row => row.Namespace)
            .Include(row => row.PendingTags)
            .Where(row => row.Namespace.RootGroupId == rootGroupId)
            .OrderBy(row => row.Namespace.Name)
            .ThenBy(row => row.Name)
            .ThenBy(row => row.System)
            .AsSplitQuery()
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(Shown)];
    }

    /// <param name="module">In a registry namespace of the root group.</param>
    /// <exception cref="FormatException">A value is not valid; the message names it.</exception>
    /// <returns>Null if the module has a source already, or the registry namespace was deleted meanwhile.</returns>
    public async Task<CreatedModuleSource?> AddAsync(
        RegistryNamespace registry, ModuleAddress module, NewModuleSource wanted, Principal by, CancellationToken cancellationToken)
    {
        var (repository, forge) = Check(wanted);
        string hook = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(HookIdSize)), secret = WebhookSecret.Generate();
        byte[] encrypted = await EncryptAsync(hook, secret, cancellationToken).ConfigureAwait(false);
        return await databases.RetryAsync(async db =>
        {
            if (await Rows(db, registry.RootGroupId, module).AnyAsync(cancellationToken).ConfigureAwait(false)
                || await db.RegistryNamespaces.SingleOrDefaultAsync(row => row.Id == registry.Id, cancellationToken)
                    .ConfigureAwait(false) is not { } row)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var added = db.ModuleSources.Add(new ModuleSourceRow
            {
                HookId = hook,
                Namespace = row,
                Name = module.Name,
                System = module.System,
                Repository = repository,
                Forge = forge,
                TagPrefix = wanted.TagPrefix,
                Subdirectory = wanted.Subdirectory,
                Secret = encrypted,
                CreatedAt = now,
                CreatedBy = by.Name,
            }).Entity;
            db.Audit.Add(Event(now, "module-source.add", by, registry.RootGroupId, module, repository));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return new CreatedModuleSource(Shown(added), secret);
        }).ConfigureAwait(false);
    }

    /// <summary>Removes a source with its webhook. Versions that were published from it stay.</summary>
    /// <returns>False if the module has no source.</returns>
    public Task<bool> RemoveAsync(long rootGroupId, ModuleAddress module, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await Rows(db, rootGroupId, module).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.ModuleSources.Remove(row);
        db.Audit.Add(Event(time.GetUtcNow(), "module-source.remove", by, rootGroupId, module, row.Repository));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Replaces the secret of a webhook; deliveries with the old one are refused from then on.</summary>
    /// <param name="secret">Must pass <see cref="WebhookSecret.Check"/>; null to generate one.</param>
    /// <returns>Null if the module has no source.</returns>
    public Task<CreatedModuleSource?> SetSecretAsync(
        long rootGroupId, ModuleAddress module, string? secret, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await Rows(db, rootGroupId, module)
            .Include(x => x.Namespace)
            .Include(x => x.PendingTags)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        string set = secret ?? WebhookSecret.Generate();
        row.Secret = await EncryptAsync(row.HookId, set, cancellationToken).ConfigureAwait(false);
        db.Audit.Add(Event(time.GetUtcNow(), "module-source.secret", by, rootGroupId, module, secret is null ? "generated" : "given"));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new CreatedModuleSource(Shown(row), set);
    });

    /// <summary>The source of a module; null if it has none.</summary>
    internal async Task<ModuleSourceRow?> FindAsync(long rootGroupId, ModuleAddress module, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await Rows(db, rootGroupId, module).AsNoTracking().Include(row => row.Namespace)
            .SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The source to which a webhook belongs, with its secret; null if there is none.</summary>
    /// <exception cref="UnreadableSecretException">The key of the secret is missing.</exception>
    internal async Task<(ModuleSourceRow Source, string Secret)?> FindHookAsync(string id, CancellationToken cancellationToken)
    {
        // Other texts cost no query.
        if (id.Length != 2 * HookIdSize || !id.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        await using var db = databases.CreateDbContext();
        var row = await db.ModuleSources.AsNoTracking().Include(x => x.Namespace)
            .SingleOrDefaultAsync(x => x.HookId == id, cancellationToken).ConfigureAwait(false);
        return row is null
            ? null
            : (row, Encoding.UTF8.GetString(await secrets.DecryptAsync(Purpose(id), row.Secret, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Records what became of a tag, and removes it from the pending ones.</summary>
    /// <param name="problem">Null if the tag was published.</param>
    internal Task RecordAsync(ModuleSourceRow source, ModuleTag tag, string? problem, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await db.ModuleSources.Include(row => row.PendingTags.Where(pending => pending.Tag == tag.Name))
            .SingleOrDefaultAsync(row => row.Id == source.Id, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            // Removed meanwhile.
            return;
        }

        (row.LastTag, row.LastProblem) = (tag.Name, problem);
        db.PendingTags.RemoveRange(row.PendingTags);
        if (problem is not null && ModuleOf(source) is { } module)
        {
            var failed = Event(time.GetUtcNow(), "module-source.publish", by, source.Namespace.RootGroupId, module, problem);
            (failed.Succeeded, failed.Version) = (false, tag.Version.Value);
            db.Audit.Add(failed);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    });

    internal static AuditRow Event(
        DateTimeOffset at, string action, Principal by, long rootGroupId, ModuleAddress module, string? detail) =>
        new(at, action, by) { RootGroupId = rootGroupId, Target = $"{module}", Detail = detail };

    /// <summary>The module of a source, at the current name of this instance; null without one.</summary>
    internal ModuleAddress? ModuleOf(ModuleSourceRow row) =>
        hostnames.Current is { } own ? ModuleAddress.Parse($"{own}/{row.Namespace.Name}/{row.Name}/{row.System}") : null;

    private (string Repository, ForgeKind Forge) Check(NewModuleSource wanted)
    {
        if (!GitSource.TryParseRepository(wanted.Repository, out var repository))
        {
            // It may contain credentials.
            throw new FormatException(
                "repository: not valid; expected the https URL of a Git repository without credentials, such as "
                + "'https://github.com/acme/terraform-aws-vpc'.");
        }

        if (guard.Check(repository) is { } forbidden)
        {
            throw new FormatException($"repository: {forbidden.Message}");
        }

        var forge = wanted.Forge ?? hosts.ForgeOf(repository) ?? throw new FormatException(
            $"forge: '{repository.Authority}' does not determine it; expected gitHub, gitLab or gitea.");
        if (hosts.ForgeOf(repository) is { } known && known != forge)
        {
            throw new FormatException($"forge: '{repository.Authority}' is a server of {known}, not of {forge}; leave it out.");
        }

        if (forge is not (ForgeKind.GitHub or ForgeKind.GitLab or ForgeKind.Gitea))
        {
            throw new FormatException($"forge: webhooks of {forge} are not supported; expected gitHub, gitLab or gitea.");
        }

        if (!ModuleTag.IsPrefix(wanted.TagPrefix))
        {
            throw new FormatException(
                $"tagPrefix: '{wanted.TagPrefix}' and a version are not a valid tag; expected a prefix such as 'v' or 'vpc/v'.");
        }

        return IsDirectory(wanted.Subdirectory)
            ? (repository.AbsoluteUri, forge)
            : throw new FormatException(
                $"subdirectory: '{wanted.Subdirectory}' is not valid; expected a path in the repository, such as 'modules/vpc'.");
    }

    private static bool IsDirectory(string text) => text.Length == 0 || text.Split('/').All(name =>
        name is not ("" or "." or "..") && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));

    private static IQueryable<ModuleSourceRow> Rows(MirrorDbContext db, long rootGroupId, ModuleAddress module) =>
        db.ModuleSources.Where(row => row.Namespace.RootGroupId == rootGroupId
            && row.Namespace.Name == module.Namespace
            && row.Name == module.Name
            && row.System == module.System);

    private static string Purpose(string hook) => $"webhook {hook}";

    private ValueTask<byte[]> EncryptAsync(string hook, string secret, CancellationToken cancellationToken) =>
        secrets.EncryptAsync(Purpose(hook), Encoding.UTF8.GetBytes(secret), cancellationToken);

    private ModuleSource Shown(ModuleSourceRow row) => new(
        ModuleOf(row) ?? throw new InvalidOperationException("Mirror:PublicUrl is not set."),
        row.Repository,
        row.Forge,
        row.TagPrefix,
        row.Subdirectory,
        $"{options.PublicUrl!.AbsoluteUri.TrimEnd('/')}/{WebhookPath}{row.HookId}",
        row.CreatedAt,
        row.CreatedBy,
        row.LastDeliveryAt,
        row.LastTag,
        row.LastProblem,
        [.. row.PendingTags.OrderBy(tag => tag.Id).Select(tag => tag.Tag)]);
}
