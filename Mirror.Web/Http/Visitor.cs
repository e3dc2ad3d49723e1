using Microsoft.AspNetCore.Components.Authorization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Http;

/// <summary>Who looks at this page, and what they may do now: asked anew for each action, since a page stays open for long.</summary>
public sealed class Visitor(AuthenticationStateProvider authentication, Sessions sessions, AccessControl access, NamespaceDirectory namespaces, RefusalLog refusals)
{
    public async Task<Principal> IdentifyAsync() => (await FindSubjectAsync().ConfigureAwait(false)).Principal;

    /// <summary>Who they are, with their roles; anonymous where nobody is signed in.</summary>
    public async Task<AccessSubject> FindSubjectAsync() =>
        await sessions.IdentifyAsync((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Whether they administer the instance.</summary>
    public async Task<bool> IsAdminAsync() =>
        AccessPolicy.Decide(await FindSubjectAsync().ConfigureAwait(false), AccessAction.Administer, null) == AccessDecision.Allow;

    /// <summary>Whether they may see what this instance tells of itself.</summary>
    public async Task<bool> MayReadInstanceAsync() => access.CheckInstance(await FindSubjectAsync().ConfigureAwait(false)) == AccessDecision.Allow;

    /// <param name="provider">What it is about, where it is about one provider.</param>
    public async Task<NamespaceAccess> CheckAsync(AccessAction action, NamespacePath path, ProviderAddress? provider, CancellationToken cancellationToken) =>
        await access.CheckAsync(await FindSubjectAsync().ConfigureAwait(false), action, path, provider, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether they may do it in the group with the path; in none where it is no path.</summary>
    public async Task<bool> MayAsync(AccessAction action, string group) =>
        Urls.TryParseGroup(group, out var path) && (await CheckAsync(action, path, null, CancellationToken.None).ConfigureAwait(false)).IsAllowed;

    public async Task<bool> MayAsync(AccessAction action, long namespaceId) =>
        AccessPolicy.Decide(
            await FindSubjectAsync().ConfigureAwait(false),
            action,
            await namespaces.FindAsync(namespaceId, CancellationToken.None).ConfigureAwait(false)) == AccessDecision.Allow;

    /// <summary>Like <see cref="MayAsync(AccessAction, long)"/>, for an action that was asked for, not only offered: a refusal is kept.</summary>
    public async Task<bool> TryAsync(AccessAction action, long namespaceId)
    {
        var subject = await FindSubjectAsync().ConfigureAwait(false);
        var scope = await namespaces.FindAsync(namespaceId, CancellationToken.None).ConfigureAwait(false);
        var decision = AccessPolicy.Decide(subject, action, scope);
        if (decision != AccessDecision.Allow)
        {
            refusals.Record(new AccessRefusal(subject.Principal, action.ToString(), scope, scope?.Path.Value ?? "a group that is gone", Refusals.Reason(decision)));
        }

        return decision == AccessDecision.Allow;
    }
}
