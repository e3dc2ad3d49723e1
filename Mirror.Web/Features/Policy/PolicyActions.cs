using Mirror.Core.Access;
using Mirror.Core.Policy;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Policy;

/// <summary>Changes policy for a visitor of the UI who may; whatever the page shows, this is what decides. Each tells whether they might.</summary>
public sealed class PolicyActions(Policies policies, Visitor visitor)
{
    public Task<bool> MayAsync(long rootGroupId) => visitor.MayAsync(AccessAction.ManageSettings, rootGroupId);

    public async Task<bool> AddAsync(long rootGroupId, PolicyRuleForm rule, CancellationToken cancellationToken)
    {
        if (!await visitor.TryAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false))
        {
            return false;
        }

        var (provider, versions, comment) = rule.Parse();
        await policies.AddRuleAsync(rootGroupId, rule.Kind, provider, versions, comment, await visitor.IdentifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> RemoveAsync(long rootGroupId, long id, CancellationToken cancellationToken)
    {
        if (!await visitor.TryAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false))
        {
            return false;
        }

        // Gone already is as good.
        await policies.RemoveRuleAsync(rootGroupId, id, await visitor.IdentifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <param name="age">Null: any.</param>
    public async Task<bool> SetMinimumReleaseAgeAsync(long rootGroupId, TimeSpan? age, CancellationToken cancellationToken)
    {
        if (!await visitor.TryAsync(AccessAction.ManageSettings, rootGroupId).ConfigureAwait(false))
        {
            return false;
        }

        await policies.SetMinimumReleaseAgeAsync(rootGroupId, age, await visitor.IdentifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return true;
    }
}
