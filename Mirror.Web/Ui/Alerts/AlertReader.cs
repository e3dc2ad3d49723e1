using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Hosted;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Ui.Alerts;

/// <summary>Finds the alerts for the current user.</summary>
public sealed class AlertReader(
    CurrentUser user,
    ServerConditions conditions,
    StorageSpace space,
    MirrorOptions options,
    QuarantineReader quarantine,
    SigningKeyReader keys,
    ModuleCatalog modules,
    RegistryNamespaces registry,
    PublishedContents published,
    AccessTokens tokens,
    TimeProvider time,
    ICertificateTerm? certificate = null)
{
    // More of one kind say no more.
    private const int OfEachKind = 5;

    /// <param name="group">The open group or workspace.</param>
    public async Task<IReadOnlyList<Alert>> FindAsync(string? group, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        bool isAdmin = AccessPolicy.Decide(subject, AccessAction.Administer, null) == AccessDecision.Allow;
        // Content fetched with a credential is shown only to users who are signed in.
        var scope = group is not null && await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false)
            is { IsAllowed: true, SeesProtected: true, Scope: { } readable } ? readable : null;
        return new AlertFacts(
            group,
            await user.MayReadInstanceAsync().ConfigureAwait(false) ? conditions.Read() : null,
            scope is null ? [] : await quarantine.ListAsync(scope.RootGroupId, OfEachKind, cancellationToken).ConfigureAwait(false),
            scope is null
                ? []
                : await keys.FindNewAsync(scope.RootGroupId, now - AlertFacts.KeyNotice, OfEachKind, cancellationToken).ConfigureAwait(false),
            isAdmin ? certificate?.EndsAt : null,
            isAdmin && options.Packages.Quota is { } quota ? (double)space.LastStoredBytes / quota : null,
            subject.PrincipalId is null ? [] : await tokens.ListAsync(subject, cancellationToken).ConfigureAwait(false))
        {
            MovedTags = scope is null ? [] : await modules.FindMovedAsync(scope.RootGroupId, OfEachKind, cancellationToken).ConfigureAwait(false),
            Withheld = scope is null ? [] : await FindWithheldAsync(scope.RootGroupId, now, cancellationToken).ConfigureAwait(false),
        }.Alerts(now);
    }

    private async Task<IReadOnlyList<WithheldVersions>> FindWithheldAsync(long rootGroupId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var withheld = new List<WithheldVersions>();
        foreach (var item in await registry.ListAsync(rootGroupId, cancellationToken).ConfigureAwait(false))
        {
            var revoked = item.Keys.Where(key => key.State == PublishingKeyState.Revoked && key.ChangedAt > now - AlertFacts.KeyNotice).ToList();
            if (revoked.Count > 0)
            {
                var signed = await published.CountSignedAsync(item, cancellationToken).ConfigureAwait(false);
                withheld.Add(new WithheldVersions(item.Name, revoked.Sum(key => signed.GetValueOrDefault(key.Fingerprint))));
            }
        }

        return [.. withheld.Where(item => item.Versions > 0)];
    }
}
