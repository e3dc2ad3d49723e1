using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>
/// The URLs of pages, relative to the base path. The first segment never contains a dot: such URLs belong to the network mirror at the
/// root, <c>/{hostname}/…</c>. Pages of a group or workspace follow its path, as in
/// <c>groups/platform/network/-/policy</c>; no name in a path is <c>-</c>.
/// </summary>
public static class Urls
{
    public const string SignIn = "sign-in";

    /// <summary>Redirects to the OpenID provider.</summary>
    public const string OpenId = "sign-in/openid";

    public const string TerraformLogin = "terraform-login";

    public const string TerraformLoginConsent = "terraform-login/consent";

    public const string TerraformLoginToken = "terraform-login/token";

    public const string SignOut = "sign-out";

    public const string Account = "account";

    public const string Password = "account/password";

    public const string Users = "admin/users";

    public const string RootGroups = "admin/groups";

    public const string InstanceOverview = "admin/overview";

    /// <summary>The page that shows and tries the API.</summary>
    public const string ApiReference = "scalar";

    /// <summary>The stepper for the first start.</summary>
    public const string FirstStart = "admin/setup";

    private const string Groups = "groups/";

    /// <summary>The query parameter with the page to return to after signing in.</summary>
    public const string ReturnUrl = "returnUrl";

    /// <summary>In characters: a URL of this instance with its query, encoded.</summary>
    public const int MaxReturnUrl = 4096;

    public static string DefaultGroup => NamespacePath.Default.Value;

    public static string ProviderMirrors(string group) => Page(group, "provider-mirrors");

    /// <summary>The list with a search.</summary>
    public static string ProviderMirrors(string group, string search) => $"{ProviderMirrors(group)}?q={Uri.EscapeDataString(search)}";

    public static string Version(string group, ProviderAddress provider, ProviderVersion version) =>
        $"{ProviderMirrors(group)}/{provider.Hostname.Value}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}/{Uri.EscapeDataString(version.Value)}";

    /// <summary>The page that compares two versions of a provider.</summary>
    /// <param name="from">Null: the stored version before the other one.</param>
    public static string Compare(string group, ProviderAddress provider, ProviderVersion? from, ProviderVersion to) =>
        Page(group, $"compare/{provider.Hostname.Value}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}")
        + (from is null ? "?" : $"?from={Uri.EscapeDataString(from.Value)}&") + $"to={Uri.EscapeDataString(to.Value)}";

    /// <summary>The page that diagnoses a provider.</summary>
    public static string Provider(string group, ProviderAddress provider) =>
        Page(
            group, $"providers/{provider.Hostname.Value}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}");

    public static string Registry(string group) => Page(group, "registry");

    /// <summary>The registry page with one of its tabs.</summary>
    public static string Registry(string group, string tab) => $"{Registry(group)}?tab={tab}";

    /// <summary>The page that publishes a provider or module.</summary>
    /// <param name="kind"><c>module</c> or <c>provider</c>.</param>
    public static string Publish(string group, string kind) => $"{Registry(group)}/publish/{kind}";

    /// <summary>The keys of a registry namespace.</summary>
    public static string SigningKeys(string group, string @namespace) => $"{Registry(group)}/namespaces/{@namespace}/keys";

    public static string Module(string group, ModuleAddress module, ProviderVersion version) =>
        Page(group, $"modules/{module}/{Uri.EscapeDataString(version.Value)}");

    public static string UseThisMirror(string group) => Page(group, "use-this-mirror");

    /// <param name="page">The path of a page, such as <c>operations</c>; empty for the introduction.</param>
    public static string Documentation(string page) => page.Length == 0 ? "docs" : $"docs/{page}";

    public static string Overview(string group) => Page(group, "overview");

    public static string Activity(string group) => Page(group, "activity");

    public static string Syncs(string group) => Page(group, "syncs");

    public static string Sync(string group, long id) => string.Create(CultureInfo.InvariantCulture, $"{Syncs(group)}/{id}");

    public static string Policy(string group) => Page(group, "policy");

    public static string TrustedKeys(string group) => Page(group, "trusted-keys");

    public static string Settings(string group) => Page(group, "settings");

    public static string Members(string group) => Page(group, "members");

    public static string ServiceAccounts(string group) => Page(group, "service-accounts");

    public static string Variables(string group) => Page(group, "variables");

    /// <summary>The sign-in page, which returns to another page.</summary>
    /// <param name="returnUrl">An absolute path of this instance with its query; it contains the base path.</param>
    public static string SignInThen(string returnUrl) => $"{SignIn}?{ReturnUrl}={Uri.EscapeDataString(returnUrl)}";

    /// <summary>The sign-in page, which returns to the current page.</summary>
    public static string SignInThenBack(NavigationManager navigation) => SignInThen(new Uri(navigation.Uri).PathAndQuery);

    /// <summary>The URL if it is a path of this instance, below the base path; otherwise the list of provider mirrors.</summary>
    public static string LocalOrHome(string? url, PathString basePath) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..]
        && !url.Any(char.IsControl)
        && Uri.TryCreate("http://localhost" + url, UriKind.Absolute, out var resolved)
        && resolved.AbsolutePath.StartsWith($"{basePath}/", StringComparison.Ordinal) ? url : $"{basePath}/{ProviderMirrors(DefaultGroup)}";

    /// <summary>The page number of a list in a URL, from 1; an invalid number counts as 1.</summary>
    public static int PageNumber(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and < 1_000_000 ? number : 1;

    /// <summary>The group or workspace to which a page's URL, relative to the base path, belongs; null if none.</summary>
    public static NamespacePath? GroupOf(string url) =>
        url.StartsWith(Groups, StringComparison.Ordinal)
        && url.IndexOf("/-/", StringComparison.Ordinal) is > 0 and int end
        && end > Groups.Length
        && NamespacePath.TryParse(url[Groups.Length..end], out var path) ? path : null;

    private static string Page(string group, string page) => $"{Groups}{group}/-/{page}";
}
