using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// Publishes the version of a module that a tag names: fetches the configured repository with the credentials of the root group, and
/// publishes its files. The outcome is recorded at the module source.
/// </summary>
public sealed class TagPublisher(
    ModuleSources sources,
    ModuleCatalog modules,
    UnpublishedVersions unpublished,
    ModulePublisher publisher,
    GitSnapshots snapshots,
    GitHosts hosts,
    IOriginCredentials credentials,
    ILogger<TagPublisher> logger)
{
    private static readonly ArchiveFormat Format = ArchiveFormat.Parse("tar.gz");

    /// <summary>Publishes a tag without a webhook.</summary>
    public async Task<Outcome<PublishedTag>> PublishAsync(
        long rootGroupId, ModuleAddress module, string name, Principal by, CancellationToken cancellationToken)
    {
        if (await sources.FindAsync(rootGroupId, module, cancellationToken).ConfigureAwait(false) is not { } source)
        {
            return new Failure(
                FailureKind.NotFound,
                $"{module.Display} has no module source. An owner of the root group adds it with 'mirror module-source add'.");
        }

        if (!ModuleTag.TryParse(source.TagPrefix, name, out var tag))
        {
            return new Failure(
                FailureKind.Rejected, $"The tag '{name}' is not '{source.TagPrefix}' and a version such as 1.2.3.");
        }

        if (await modules.FindAsync(rootGroupId, module, tag.Version, cancellationToken).ConfigureAwait(false) is not null)
        {
            return new Failure(FailureKind.Conflict, $"{module} {tag.Version} exists, and published versions do not change.");
        }

        if (await unpublished.FindAsync(module, tag.Version, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            return gone.Failure;
        }

        var outcome = await FetchAndPublishAsync(source, module, tag, by, cancellationToken).ConfigureAwait(false);
        await sources.RecordAsync(source, tag, outcome.Failure?.Message, by, cancellationToken).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Publishes a tag that a forge reported. A version that exists is not changed.</summary>
    internal async Task PublishAsync(PendingTagRow pending, CancellationToken cancellationToken)
    {
        var source = pending.Source;
        if (sources.ModuleOf(source) is not { } module || !ModuleTag.TryParse(source.TagPrefix, pending.Tag, out var tag))
        {
            throw new InvalidDataException(
                $"The tag '{pending.Tag}' cannot be published: Mirror:PublicUrl is not set, or the database was edited.");
        }

        var by = new Principal(PrincipalKind.System, $"webhook {module.Namespace}/{module.Name}/{module.System}");
        string? problem = null;
        if (await modules.FindAsync(source.Namespace.RootGroupId, module, tag.Version, cancellationToken).ConfigureAwait(false) is null)
        {
            // Unpublished since the delivery; nothing is fetched then.
            problem = (await unpublished.FindAsync(module, tag.Version, cancellationToken).ConfigureAwait(false))?.Failure.Message
                ?? (await FetchAndPublishAsync(source, module, tag, by, cancellationToken).ConfigureAwait(false)).Failure?.Message;
        }

        if (problem is not null)
        {
            logger.TagNotPublished($"{module}", tag.Name, problem);
        }

        await sources.RecordAsync(source, tag, problem, by, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Outcome<PublishedTag>> FetchAndPublishAsync(
        ModuleSourceRow source, ModuleAddress module, ModuleTag tag, Principal by, CancellationToken cancellationToken)
    {
        var repository = new Uri(source.Repository);
        long rootGroupId = source.Namespace.RootGroupId;
        try
        {
            var credential = hosts.NameOf(repository) is { } host
                ? await credentials.FindAsync(rootGroupId, host, cancellationToken).ConfigureAwait(false)
                : OriginCredential.None;
            var fetched = await snapshots.FetchAsync(repository, tag.Reference, credential, cancellationToken).ConfigureAwait(false);
            if (!fetched.TryGet(out var snapshot))
            {
                return fetched.Failure;
            }

            using (snapshot)
            {
                var wanted = new NewModule(rootGroupId, module, tag.Version, Format)
                {
                    Subdirectory = source.Subdirectory,
                    Length = snapshot.Package.Length,
                    Origin = new ModuleOrigin(source.Repository, tag.Name, snapshot.Commit),
                };
                await using var archive = snapshot.Package.OpenRead();
                var published = await publisher.PublishAsync(wanted, archive, by, cancellationToken).ConfigureAwait(false);
                return published.IsSuccess ? new PublishedTag(module, tag.Version, tag.Name, snapshot.Commit) : published.Failure;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LaneFullException)
        {
            return e is LaneFullException
                ? new Failure(FailureKind.Busy, e.Message)
                : StorageFailure.Describe($"{module} {tag.Version} was not published", e);
        }
    }
}
