using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Registry.Pages;

/// <summary>Changes deprecations for pages, if the user has permission.</summary>
public sealed class DeprecationChange(Deprecations deprecations, CurrentUser user)
{
    /// <param name="version">Null for all versions.</param>
    /// <param name="wanted">Null removes the deprecation.</param>
    public async Task<Notification> MakeAsync(long rootGroupId, ISourceAddress source, ProviderVersion? version, NewDeprecation? wanted)
    {
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, rootGroupId);
        if (!access.IsAllowed)
        {
            return new Notification(Ui.Texts.NothingChangedDenied, true);
        }

        string name = version is null ? source.Display : $"{source.Display} {version}";
        var by = access.Subject.Principal;
        if (wanted is null)
        {
            await deprecations.RemoveAsync(rootGroupId, source, version, by, CancellationToken.None);
            return new Notification(Texts.DeprecationRemoved.With(name), false);
        }

        return await deprecations.SetAsync(rootGroupId, source, version, wanted, by, CancellationToken.None) is null
            ? new Notification(Ui.Texts.NothingChangedConcurrently, true)
            : new Notification(Texts.Deprecated.With(name), false);
    }
}
