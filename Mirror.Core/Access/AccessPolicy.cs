using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>
/// The access policy: one pure decision used by the protocols, the API and the pages.
/// </summary>
public static class AccessPolicy
{
    /// <param name="subject">The caller.</param>
    /// <param name="action">The requested action.</param>
    /// <param name="scope">The namespace; null if it does not exist, which only an admin may find out.</param>
    /// <param name="isProtected">The content was fetched with a credential, so it is never anonymous.</param>
    public static AccessDecision Decide(AccessSubject subject, AccessAction action, ResolvedNamespace? scope, bool isProtected = false)
    {
        if (action == AccessAction.UseOwnAccount)
        {
            return subject.IsAnonymous
                ? AccessDecision.SignIn
                : subject.Principal.Kind == PrincipalKind.User ? AccessDecision.Allow
                : AccessDecision.Deny;
        }

        if (subject.IsAdmin)
        {
            return scope is null && action != AccessAction.Administer ? AccessDecision.Hide : AccessDecision.Allow;
        }

        if (action == AccessAction.Administer)
        {
            return subject.IsAnonymous ? AccessDecision.SignIn
                : scope is { AnonymousRead: false } && RoleIn(subject, scope) is null ? AccessDecision.Hide
                : AccessDecision.Deny;
        }

        var role = scope is null ? null : RoleIn(subject, scope);
        bool anybodyReads = scope is { AnonymousRead: true } && !isProtected;
        if (role >= Required(action) || action == AccessAction.Read && anybodyReads)
        {
            return AccessDecision.Allow;
        }

        return subject.IsAnonymous ? AccessDecision.SignIn
            : role is not null || scope is { AnonymousRead: true } ? AccessDecision.Deny
            : AccessDecision.Hide;
    }

    /// <summary>The highest role in the namespace or above it; null if there is none.</summary>
    public static Role? RoleIn(AccessSubject subject, ResolvedNamespace scope)
    {
        Role? highest = null;
        foreach (long id in scope.Ancestry)
        {
            if (subject.Roles.TryGetValue(id, out var role) && (highest is null || role > highest))
            {
                highest = role;
            }
        }

        return highest;
    }

    /// <summary>Whether a subject may grant a role: none above its own.</summary>
    public static bool MayGrant(AccessSubject subject, Role role, ResolvedNamespace scope) =>
        subject.IsAdmin || RoleIn(subject, scope) >= role;

    /// <summary>The lowest role that permits the action.</summary>
    public static Role Required(AccessAction action) => action switch
    {
        AccessAction.Read => Role.Viewer,
        AccessAction.ChangeMirror or AccessAction.ManageVariables => Role.Deployer,
        AccessAction.ManageMembers or AccessAction.ManageSettings => Role.Owner,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "The action does not depend on a role."),
    };
}
