namespace Mirror.Web.Components.Activity;

/// <summary>What an action of the audit log is called.</summary>
/// <param name="Name">What was done, or was to be.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
public sealed record ActivityText(string Name, string Icon)
{
    public static ActivityText Of(string action, bool succeeded)
    {
        string subject = action.Split('.')[0];
        string icon = subject switch
        {
            "package" or "version" => succeeded ? action.EndsWith("delete", StringComparison.Ordinal) ? "trash" : "packages" : "warning",
            "access" => "shield",
            "sync" => "sync",
            "job" => "robot",
            "policy" => "shield-check",
            "token" or "variable" or "service-account" => "key",
            "member" or "user" or "group-mapping" => "user",
            _ => "group",
        };
        return new ActivityText(Words(action, succeeded), icon);
    }

    private static string Words(string action, bool succeeded) => (action, succeeded) switch
    {
        ("package.cache", true) => "cached",
        ("package.cache", false) => "could not cache",
        ("package.import", true) => "imported",
        ("package.import", false) => "could not import",
        ("package.delete", _) => "deleted",
        ("package.retire", _) => "made room by removing",
        ("package.lost", _) => "lost the bytes of",
        ("package.verify" or "version.verify", false) => "refused, verification failed:",
        ("version.delete", _) => "deleted",
        ("access.refuse", _) => "was refused",
        ("sync.start", _) => "started a sync",
        ("policy.add", _) => "added a policy rule",
        ("policy.remove", _) => "removed a policy rule",
        ("policy.minimum-release-age", _) => "set the minimum release age",
        ("settings.change", _) => "changed settings",
        ("member.add", _) => "added a member",
        ("member.change", _) => "changed a member's role",
        ("member.remove", _) => "removed a member",
        ("service-account.create", _) => "created a service account",
        ("service-account.delete", _) => "deleted a service account",
        ("token.create", _) => "created a token",
        ("token.revoke", _) => "revoked a token",
        ("job.create", _) => "started a job",
        _ => Plain(action, succeeded),
    };

    // An action that is newer than this page: its two words say what it is.
    private static string Plain(string action, bool succeeded)
    {
        string text = string.Join(' ', action.Split('.').Reverse()).Replace('-', ' ');
        return succeeded ? text : $"failed: {text}";
    }
}
