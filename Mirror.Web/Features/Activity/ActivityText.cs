using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Activity;

/// <summary>The display of an audit action.</summary>
/// <param name="Name">The action, completed or attempted.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
public sealed record ActivityText(string Name, string Icon)
{
    private static readonly Dictionary<string, string> Done = new()
    {
        ["package.cache"] = "cached",
        ["package.import"] = "imported",
        ["package.delete"] = "deleted",
        ["package.retire"] = "freed space by removing",
        ["package.lost"] = "lost the content of",
        ["package.take-out"] = "took out of service",
        ["package.discard"] = "removed the orphaned package",
        ["proof.import"] = "imported the proof of",
        ["version.delete"] = "deleted",
        ["module.cache"] = "cached the module",
        ["module.delete"] = "deleted the module",
        ["documents.refresh"] = "dropped cached documents of",
        ["integrity.verify"] = "began a check of the",
        ["integrity.repair"] = "began a repair of the",
        ["integrity.end"] = "ended a check of the",
        ["sync.start"] = "started",
        ["sync.cancel"] = "cancelled",
        ["sync.end"] = "finished",
        ["job.create"] = "started a job",
        ["job.end"] = "ended the job",
        ["policy.add"] = "added a policy rule",
        ["policy.remove"] = "removed a policy rule",
        ["policy.minimum-release-age"] = "set the minimum release age",
        ["key.pin"] = "pinned a key:",
        ["key.unpin"] = "removed the pin of a key:",
        ["settings.change"] = "changed settings",
        ["group.create"] = "created the group",
        ["group.rename"] = "renamed the group to",
        ["group.delete"] = "deleted the group",
        ["workspace.create"] = "created the workspace",
        ["workspace.rename"] = "renamed the workspace to",
        ["workspace.delete"] = "deleted the workspace",
        ["member.add"] = "added a member",
        ["member.change"] = "changed a member's role",
        ["member.remove"] = "removed a member",
        ["group-mapping.add"] = "gave a role to the OpenID group",
        ["group-mapping.change"] = "changed the role of the OpenID group",
        ["group-mapping.remove"] = "took the role from the OpenID group",
        ["service-account.create"] = "created a service account",
        ["service-account.delete"] = "deleted a service account",
        ["service-account.trust"] = "added a trusted issuer to the service account",
        ["service-account.distrust"] = "removed a trusted issuer from the service account",
        ["token.create"] = "created a token",
        ["token.revoke"] = "revoked a token",
        ["variable.set"] = "set the variable",
        ["variable.delete"] = "deleted the variable",
        ["federation.set"] = "enabled federated tokens for",
        ["federation.remove"] = "disabled federated tokens for",
        ["user.create"] = "created the user",
        ["user.change"] = "changed the user",
        ["user.delete"] = "deleted the user",
        ["user.change-password"] = "changed the password of",
        ["user.reset-password"] = "reset the password of",
        ["user.sign-in"] = "signed in",
        ["user.sign-out"] = "signed out",
    };

    private static readonly Dictionary<string, string> Failed = new()
    {
        ["access.refuse"] = "was denied",
        ["package.cache"] = "could not cache",
        ["package.import"] = "could not import",
        ["package.verify"] = "failed verification:",
        ["version.verify"] = "failed verification:",
        ["package.lost"] = "lost the content of",
        ["module.verify"] = "quarantined the module",
        ["module.refuse"] = "refused another package of the module",
        ["integrity.end"] = "found problems in the",
        ["sync.end"] = "did not complete",
        ["user.sign-in"] = "could not sign in",
    };

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

    public static ActivityText Of(string action, bool succeeded)
    {
        string subject = action.Split('.')[0];
        string icon = subject switch
        {
            "package" or "version" or "module" =>
                succeeded ? action.EndsWith("delete", StringComparison.Ordinal) ? "trash" : "packages" : "warning",
            "integrity" => succeeded ? "shield-check" : "warning",
            "access" => "shield",
            "sync" or "documents" => "sync",
            "job" => "robot",
            "policy" => "shield-check",
            "token" or "variable" or "service-account" or "federation" => "key",
            "member" or "user" or "group-mapping" => "user",
            _ => "group",
        };
        return new ActivityText(Words(action, succeeded), icon);
    }

    // An action unknown to this page is displayed by its two words.
    private static string Words(string action, bool succeeded)
    {
        if ((succeeded ? Done : Failed).TryGetValue(action, out string? words))
        {
            return words;
        }

        string text = string.Join(' ', action.Split('.').Reverse()).Replace('-', ' ');
        return succeeded ? text : $"failed: {text}";
    }
}
