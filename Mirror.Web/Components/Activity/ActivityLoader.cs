using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Web.Components.SignIn;

namespace Mirror.Web.Components.Activity;

public enum ActivityAccess
{
    Allowed,

    /// <summary>They may see the group, but not what was done there.</summary>
    Refused,
    NotFound,
}

/// <summary>A row of the page, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Where">The group or workspace, where it is another than the page's.</param>
/// <param name="Subject">The provider, version and platform, as far as it is about them.</param>
/// <param name="Url">Of what it is about.</param>
public sealed record ListedEvent(
    long Id, DateTimeOffset At, string Action, bool Succeeded, PrincipalKind ByKind, string By, string? Address, string? Where, string? Subject, string? Url, string? Target, string? Detail);

/// <param name="Next">Where the next page begins; null: this is the last one.</param>
public sealed record ActivityList(string Group, ActivityState State, ActivityAccess Access, IReadOnlyList<ListedEvent> Events, long? Next);

/// <summary>Loads what was done and refused in a group or workspace and below it, for who may see that.</summary>
public sealed class ActivityLoader(AuditReader audit, Visitor visitor, TimeProvider time)
{
    public async Task<ActivityList> LoadAsync(string group, ActivityState state, CancellationToken cancellationToken)
    {
        if (!Urls.TryParseGroup(group, out var path)
            || await visitor.CheckAsync(AccessAction.Read, path, null, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope })
        {
            return new ActivityList(group, state, ActivityAccess.NotFound, [], null);
        }

        if (!await visitor.MayAsync(AccessAction.ManageSettings, scope.NamespaceId).ConfigureAwait(false))
        {
            return new ActivityList(group, state, ActivityAccess.Refused, [], null);
        }

        if (state.ProviderProblem is not null)
        {
            return new ActivityList(group, state, ActivityAccess.Allowed, [], null);
        }

        var page = await audit.ListAsync(state.ToQuery(scope, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        return new ActivityList(group, state, ActivityAccess.Allowed, [.. page.Items.Select(item => Show(group, path, item))], page.Next);
    }

    private static ListedEvent Show(string group, NamespacePath path, AuditEvent item)
    {
        var provider = ProviderAddress.TryParse(item.Provider, out var address) ? address : null;
        string? platform = Platform.TryParse(item.Platform, out var parsed) ? parsed.Display : null;
        string? url = provider is null ? null
            : item.Succeeded && ProviderVersion.TryParse(item.Version, out var version) ? Urls.Version(group, provider, version)
            : Urls.Provider(group, provider);
        return new ListedEvent(
            item.Id,
            item.At,
            item.Action,
            item.Succeeded,
            item.By.Kind,
            item.By.Name,
            item.By.RemoteAddress,
            item.Namespace is null || item.Namespace == path ? null : item.Namespace.Value,
            provider is null ? null : string.Join(' ', new[] { provider.Display, item.Version, platform }.Where(part => !string.IsNullOrEmpty(part))),
            url,
            item.Target,
            item.Detail);
    }
}
