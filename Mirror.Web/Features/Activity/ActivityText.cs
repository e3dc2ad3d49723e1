using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Activity;

/// <summary>The display of an audit action. The words for an action are in the resource file, under its name.</summary>
/// <param name="Name">The action, completed or attempted.</param>
public sealed record ActivityText(string Name, string Icon)
{
    /// <summary>The provider, version and platform of an event; null if it has no provider.</summary>
    public static string? Subject(AuditEvent item) => ProviderAddress.TryParse(item.Provider, out var provider)
        ? string.Join(
            ' ',
            new[] { provider.Display, item.Version, Platform.TryParse(item.Platform, out var platform) ? platform.Display : null }.Where(
                part => !string.IsNullOrEmpty(part)))
        : null;

    /// <summary>The page of the provider or the stored version; null if the event has no provider.</summary>
    /// <param name="group">The group of the page.</param>
    public static string? Url(string group, AuditEvent item) =>
        !ProviderAddress.TryParse(item.Provider, out var provider) ? null
        : item.Succeeded && ProviderVersion.TryParse(item.Version, out var version) ? Urls.Version(group, provider, version)
        : Urls.Provider(group, provider);

    /// <summary>The group of the event; null if it is the page's own, or named otherwise.</summary>
    public static string? Place(string group, AuditEvent item) =>
        item.Group == group || item.Group == item.Target ? null : item.Group;

    /// <summary>The id of the sync of a run; null if it is another run.</summary>
    public static long? SyncOf(AuditRun run) =>
        KindOf(run) == "sync" && long.TryParse(run.Name.AsSpan(run.Name.IndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? id
            : null;

    /// <summary>The work of a run, as a sentence without its subject.</summary>
    public static string Of(AuditEvent first, AuditRun run) => KindOf(run) switch
    {
        "sync" => Texts.RunSync.With(first.Detail ?? first.Target),
        "import" => Texts.RunImport.With(TextFormat.Count(run.CountOf("package.import", true), Texts.OnePackage, Texts.ManyPackages)),
        "retention" => Texts.RunRetention.With(TextFormat.Count(run.CountOf("package.retire", true), Texts.OnePackage, Texts.ManyPackages)),
        "job" => Texts.RunJob.With(run.Name[(run.Name.IndexOf('/') + 1)..]),
        _ => Texts.RunOther.With(TextFormat.Count(run.Total, Texts.OneEvent, Texts.ManyEvents)),
    };

    /// <summary>The result of a run; null if there is nothing to add.</summary>
    public static string? ResultOf(AuditEvent first, AuditRun run)
    {
        (int Count, string Text)[] counts =
        [
            (run.CountOf("package.cache", true), Texts.CountCached),
            (run.CountOf("package.cache", false), Texts.CountFailed),
            (run.CountOf("package.verify", false) + run.CountOf("version.verify", false), Texts.CountVerification),
        ];
        var known = counts.Where(count => count.Count > 0).Select(count => count.Text.With(count.Count)).ToList();
        return KindOf(run) switch
        {
            "sync" when run.Last.Action is "sync.end" or "sync.cancel" => run.Last.Detail,
            "sync" => string.Join(", ", known.Prepend(Texts.Running)),
            "job" => known.Count == 0 ? null : string.Join(", ", known),
            _ => first.Detail,
        };
    }

    public static bool Succeeded(AuditRun run) => run.Counts.All(count => count.Succeeded);

    public static string IconOf(AuditRun run) => KindOf(run) switch
    {
        "sync" => Icons.Material.Outlined.Sync,
        "import" => Icons.Material.Outlined.UploadFile,
        "retention" => Icons.Material.Outlined.CleaningServices,
        "job" => Icons.Material.Outlined.SmartToy,
        _ => Icons.Material.Outlined.List,
    };

    public static ActivityText Of(string action, bool succeeded)
    {
        string subject = action.Split('.')[0];
        string icon = subject switch
        {
            "package" or "version" or "module" or "proof" =>
                !succeeded ? Icons.Material.Outlined.WarningAmber
                : action.EndsWith("delete", StringComparison.Ordinal) ? Icons.Material.Outlined.Delete
                : Icons.Material.Outlined.Inventory2,
            "integrity" => succeeded ? Icons.Material.Outlined.VerifiedUser : Icons.Material.Outlined.WarningAmber,
            "access" => Icons.Material.Outlined.Block,
            "sync" or "documents" => Icons.Material.Outlined.Sync,
            "job" => Icons.Material.Outlined.SmartToy,
            "policy" => Icons.Material.Outlined.Rule,
            "key" or "token" or "variable" or "service-account" or "federation" => Icons.Material.Outlined.Key,
            "member" or "user" or "group-mapping" => Icons.Material.Outlined.Person,
            _ => Icons.Material.Outlined.Folder,
        };
        return new ActivityText(Words(action, succeeded), icon);
    }

    private static string KindOf(AuditRun run) => run.Name.Split('/')[0];

    // An action without words is displayed by its two parts.
    private static string Words(string action, bool succeeded)
    {
        if (Texts.ResourceManager.GetString($"{(succeeded ? "Done" : "Failed")}.{action}", Texts.Culture) is { } words)
        {
            return words;
        }

        string text = string.Join(' ', action.Split('.').Reverse()).Replace('-', ' ');
        return succeeded ? text : Texts.FailedAction.With(text);
    }
}
