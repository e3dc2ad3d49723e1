using Microsoft.AspNetCore.Components.Authorization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>
/// The user of the request or page, and their permissions. A request, including the prerendering of a page, is authenticated once and
/// resolves its namespace once. A circuit lives long, so there each call checks again.
/// </summary>
public sealed class CurrentUser(
    IServiceProvider services, Sessions sessions, AccessControl access, NamespaceDirectory namespaces, DeniedRequestLog denied)
{
    private AccessSubject? _authenticated;
    private ResolvedNamespace? _resolved;

    /// <summary>The caller with their roles; anonymous without valid credentials.</summary>
    public AccessSubject Subject => _authenticated ?? AccessSubject.Anonymous;

    /// <summary>The caller as the audit log names them.</summary>
    public Principal Principal => Subject.Principal;

    /// <summary>The session of the request's cookie; null if there is none. Its user may have to change the password first.</summary>
    public UserSession? Session { get; private set; }

    /// <summary>The route's group or workspace, in which the caller may do what the endpoint requires.</summary>
    /// <exception cref="InvalidOperationException">The route has none, or the endpoint requires no access.</exception>
    public ResolvedNamespace Namespace =>
        Access is { IsAllowed: true, Scope: { } scope }
            ? scope
            : throw new InvalidOperationException("The route has no group, or its endpoint does not require access to it.");

    /// <summary>Whether the caller may also see content that was fetched with a credential.</summary>
    public bool SeesProtected => Access.SeesProtected;

    /// <summary>Whether the caller may perform another action in the route's group or workspace.</summary>
    public bool May(AccessAction action) => Access.May(action);

    /// <summary>Requires a permission beyond the endpoint's, for requests that need it.</summary>
    /// <param name="reason">Why it needs more than other changes, and what else the caller can do; null if this is not special.</param>
    /// <exception cref="ApiProblemException">The caller does not have it.</exception>
    internal void Require(AccessAction action, HttpContext context, string? reason = null)
    {
        if (AccessPolicy.Decide(Subject, action, Namespace) is var decision and not AccessDecision.Allow)
        {
            var problem = AccessDenied.Prepare(context, Access with { Decision = decision }, action, Namespace.Path.Value);
            throw new ApiProblemException(problem.Status, problem.Title, reason is null ? problem.Detail : $"{problem.Detail} {reason}");
        }
    }

    /// <summary>The decision about the route's namespace.</summary>
    internal NamespaceAccess Access { get; set; }

    /// <summary>The response to a denied request; null if it is allowed.</summary>
    internal AccessDenied? Denied { get; set; }

    internal void Authenticated(AccessSubject subject) => _authenticated = subject;

    /// <param name="session">Null if the request has no cookie or its session has ended.</param>
    internal void Authenticated(UserSession? session)
    {
        Session = session;
        _authenticated = session is { MustChangePassword: false } ? session.Subject : AccessSubject.Anonymous;
    }

    /// <summary>The user now, with their roles; anonymous if not signed in.</summary>
    public async ValueTask<AccessSubject> FindSubjectAsync()
    {
        if (_authenticated is not null)
        {
            return _authenticated;
        }

        var state = await services.GetRequiredService<AuthenticationStateProvider>().GetAuthenticationStateAsync().ConfigureAwait(false);
        return await sessions.IdentifyAsync(state.User, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The user if they are an administrator of the instance; otherwise null.</summary>
    public async Task<AccessSubject?> FindAdminAsync() =>
        await FindSubjectAsync().ConfigureAwait(false) is var subject
            && AccessPolicy.Decide(subject, AccessAction.Administer, null) == AccessDecision.Allow
            ? subject
            : null;

    /// <summary>Whether the user may read the instance's public information.</summary>
    public async Task<bool> MayReadInstanceAsync() =>
        access.CheckInstance(await FindSubjectAsync().ConfigureAwait(false)) == AccessDecision.Allow;

    /// <param name="source">The provider or module concerned; null if there is none.</param>
    public async Task<NamespaceAccess> CheckAsync(
        AccessAction action, NamespacePath path, ISourceAddress? source, CancellationToken cancellationToken)
    {
        var subject = await FindSubjectAsync().ConfigureAwait(false);
        if (_authenticated is not null && _resolved?.Path == path)
        {
            return await access.CheckAsync(subject, action, _resolved, source, cancellationToken).ConfigureAwait(false);
        }

        var found = await access.CheckAsync(subject, action, path, source, cancellationToken).ConfigureAwait(false);
        _resolved = found.Scope ?? _resolved;
        return found;
    }

    /// <summary>Checks an action in the namespace of a page's URL; an invalid path counts as unknown.</summary>
    public async Task<NamespaceAccess> CheckAsync(AccessAction action, string group, CancellationToken cancellationToken = default) =>
        NamespacePath.TryParse(group, out var path)
            ? await CheckAsync(action, path, null, cancellationToken).ConfigureAwait(false)
            : new NamespaceAccess(AccessDecision.Hide, AccessSubject.Anonymous, null, false);

    public async Task<bool> MayAsync(AccessAction action, string group) =>
        (await CheckAsync(action, group).ConfigureAwait(false)).IsAllowed;

    /// <summary>
    /// Like <see cref="CheckAsync(AccessAction, string, CancellationToken)"/>, for an action that the user requested: a denial is recorded.
    /// </summary>
    public async Task<NamespaceAccess> AuthorizeAsync(AccessAction action, string group)
    {
        var found = await CheckAsync(action, group).ConfigureAwait(false);
        if (!found.IsAllowed && found.Scope is { } scope)
        {
            Record(found, action, scope.Path.Value);
        }

        return found;
    }

    /// <summary>Like <see cref="AuthorizeAsync(AccessAction, string)"/>, for a namespace that may have been renamed meanwhile.</summary>
    public async Task<NamespaceAccess> AuthorizeAsync(AccessAction action, long namespaceId)
    {
        var subject = await FindSubjectAsync().ConfigureAwait(false);
        var scope = await namespaces.FindAsync(namespaceId, CancellationToken.None).ConfigureAwait(false);
        var found = new NamespaceAccess(AccessPolicy.Decide(subject, action, scope), subject, scope, false);
        if (!found.IsAllowed)
        {
            Record(found, action, scope?.Path.Value ?? "a deleted group");
        }

        return found;
    }

    /// <summary>Loads the content of a page about a group or workspace if the user has the permission it needs.</summary>
    public async Task<Authorized<TContent>> LoadAsync<TContent>(
        AccessAction needs,
        string group,
        Func<ResolvedNamespace, AccessSubject, CancellationToken, Task<TContent>> load,
        CancellationToken cancellationToken)
        where TContent : class
    {
        var read = await CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false);
        return read is not { IsAllowed: true, Scope: { } scope } ? new Authorized<TContent>(group, PageAccess.Unknown, null)
            : read.May(needs) ? new Authorized<TContent>(
                group, PageAccess.Allowed, await load(scope, read.Subject, cancellationToken).ConfigureAwait(false))
            : new Authorized<TContent>(group, PageAccess.Denied, null);
    }

    /// <summary>Makes a change in a group or workspace if the user has permission, regardless of what the page offered.</summary>
    public async Task<ChangeResult<TOutcome>> ChangeAsync<TOutcome>(
        AccessAction action, string group, Func<ResolvedNamespace, AccessSubject, Task<TOutcome>> change) =>
        await AuthorizeAsync(action, group).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope } access
            ? new ChangeResult<TOutcome>(true, await change(scope, access.Subject).ConfigureAwait(false))
            : default;

    private void Record(in NamespaceAccess found, AccessAction action, string target) =>
        denied.Record(
            new DeniedRequest(found.Subject.Principal, action.ToString(), found.Scope, target, AccessDenied.Reason(found.Decision)));
}
