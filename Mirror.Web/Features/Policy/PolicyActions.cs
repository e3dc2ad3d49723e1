using Mirror.Core.Access;
using Mirror.Core.Policy;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Policy;

/// <summary>Changes policy for users of the UI; whatever the page shows, this is what decides. Each returns false where they may not.</summary>
public sealed class PolicyActions(Policies policies, CurrentUser user)
{
    public async Task<bool> AddAsync(long rootGroupId, PolicyRuleForm rule, CancellationToken cancellationToken)
    {
        var access = await user.AuthorizeAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false);
        if (!access.IsAllowed)
        {
            return false;
        }

        var (provider, versions, comment) = rule.Parse();
        await policies.AddRuleAsync(rootGroupId, rule.Kind, provider, versions, comment, access.Subject.Principal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> RemoveAsync(long rootGroupId, long id, CancellationToken cancellationToken)
    {
        var access = await user.AuthorizeAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false);
        if (!access.IsAllowed)
        {
            return false;
        }

        // Gone already is as good.
        await policies.RemoveRuleAsync(rootGroupId, id, access.Subject.Principal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <param name="age">Null: any.</param>
    public async Task<bool> SetMinimumReleaseAgeAsync(long rootGroupId, TimeSpan? age, CancellationToken cancellationToken)
    {
        var access = await user.AuthorizeAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false);
        if (!access.IsAllowed)
        {
            return false;
        }

        await policies.SetMinimumReleaseAgeAsync(rootGroupId, age, access.Subject.Principal, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
