using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Hosted;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>An action on the selected versions: its texts, and what it does to each.</summary>
/// <param name="Title">Of the dialog.</param>
/// <param name="Button">The label of the button that begins.</param>
/// <param name="Question">Names what the action concerns.</param>
/// <param name="Consequence">The effect of the action.</param>
/// <param name="IsDestructive">Whether it deletes.</param>
/// <param name="Names">What the action concerns, one name each.</param>
/// <param name="Run">The action, not yet begun.</param>
public sealed record BulkAction(
    string Title, string Button, string Question, string Consequence, bool IsDestructive, IReadOnlyList<string> Names, BulkRun Run)
{
    /// <summary>Deletes versions with their packages.</summary>
    /// <param name="rootGroupId">The root group to which the versions belong; the permission is checked again for each of them.</param>
    public static BulkAction Delete(IReadOnlyList<VersionSummary> versions, long rootGroupId, CurrentUser user, CatalogWriter writer, OwnHostnames hostnames)
    {
        int packages = versions.Sum(version => version.Platforms.Count);
        return new BulkAction(
            Texts.DeleteVersions,
            TextFormat.Count(versions.Count, Texts.DeleteOneVersion, Texts.DeleteSeveralVersions),
            Texts.DeleteVersionsQuestion.With(
                TextFormat.Count(versions.Count, Texts.OneVersion, Texts.SeveralVersions),
                TextFormat.Count(packages, Texts.OnePackage, Texts.SeveralPackages),
                Quantity.FormatSize(versions.Sum(version => version.Size))),
            Texts.CannotBeUndone,
            true,
            [.. versions.Select(NameOf)],
            new BulkRun([.. versions.Select(version => (NameOf(version), (Func<Task<BulkOutcome>>)(() => DeleteAsync(version))))]));

        async Task<BulkOutcome> DeleteAsync(VersionSummary version) =>
            await user.AuthorizeAsync(
                hostnames.IsOwn(version.Provider.Hostname) ? AccessAction.ManageSettings : AccessAction.ChangeMirror, rootGroupId) is not { IsAllowed: true } access ? BulkOutcome.Denied
                : await writer.DeleteVersionAsync(
                    rootGroupId, version.Provider, version.Version, access.Subject.Principal, CancellationToken.None) ? BulkOutcome.Done
                : BulkOutcome.Missing;
    }

    /// <summary>Drops the cached documents of the versions' providers; stored packages are kept.</summary>
    /// <param name="rootGroupId">The root group to which the versions belong; the permission is checked again for each provider.</param>
    public static BulkAction Refresh(IReadOnlyList<VersionSummary> versions, long rootGroupId, CurrentUser user, DocumentRefresh refresh)
    {
        var providers = versions.Select(version => version.Provider).Distinct().ToList();
        return new BulkAction(
            Texts.RefreshProviders,
            Texts.Refresh,
            TextFormat.Count(providers.Count, Texts.RefreshOneQuestion, Texts.RefreshSeveralQuestion),
            Texts.RefreshConsequence,
            false,
            [.. providers.Select(provider => provider.Display)],
            new BulkRun([.. providers.Select(provider => (provider.Display, (Func<Task<BulkOutcome>>)(() => RefreshAsync(provider))))]));

        async Task<BulkOutcome> RefreshAsync(Core.Addresses.ProviderAddress provider)
        {
            if (await user.AuthorizeAsync(AccessAction.ChangeMirror, rootGroupId) is not { IsAllowed: true, Scope: { } scope } access)
            {
                return BulkOutcome.Denied;
            }

            await refresh.InvalidateAsync(scope, provider, access.Subject.Principal, CancellationToken.None);
            return BulkOutcome.Done;
        }
    }

    private static string NameOf(VersionSummary version) => $"{version.Provider.Display} {version.Version}";
}
