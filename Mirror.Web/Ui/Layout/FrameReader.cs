using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Ui.Layout;

/// <summary>Loads what is around a page. The directory of groups is in memory, and roles are cached briefly.</summary>
public sealed class FrameReader(CurrentUser user, NamespaceDirectory namespaces)
{
    /// <param name="page">The open page, relative to the base path.</param>
    /// <param name="recent">The groups visited last, newest first.</param>
    public async Task<FrameView> LoadAsync(string page, IReadOnlyList<string> recent, CancellationToken cancellationToken)
    {
        var (subject, readable) = await ReadableAsync(cancellationToken).ConfigureAwait(false);
        string? open = Urls.GroupOf(page)?.Value;
        var shown = readable.FirstOrDefault(scope => scope.Path.Value == open)
            ?? recent.Select(path => readable.FirstOrDefault(scope => scope.Path.Value == path)).FirstOrDefault(scope => scope is not null)
            ?? readable.FirstOrDefault(scope => scope.Path == NamespacePath.Default)
            ?? (readable.Count > 0 ? readable[0] : null);
        return new FrameView(
            shown?.Path.Value,
            shown?.Kind == NamespaceKind.Workspace,
            shown is not null && shown.Path.Value == open,
            shown is null ? [] : NamespacePage.AllowedIn(subject, shown),
            AccessPolicy.Decide(subject, AccessAction.Administer, null) == AccessDecision.Allow,
            subject.IsAnonymous ? null : subject.Principal.Name);
    }

    /// <summary>The user, and the groups and workspaces that they may read, ordered by path.</summary>
    public async Task<(AccessSubject Subject, IReadOnlyList<ResolvedNamespace> Readable)> ReadableAsync(CancellationToken cancellationToken)
    {
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        return (subject, [.. (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(scope => AccessPolicy.Decide(subject, AccessAction.Read, scope) == AccessDecision.Allow)]);
    }
}
