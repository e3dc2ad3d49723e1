using Mirror.Core.Addresses;

namespace Mirror.Web.Components;

/// <summary>
/// The addresses of pages, relative to the base path. The first segment never contains a dot: those belong to the network
/// mirror at the root, <c>/{hostname}/…</c>.
/// </summary>
public static class Urls
{
    public const string SignIn = "sign-in";

    public const string SignOut = "sign-out";

    public static string DefaultGroup => NamespacePath.Default.Value;

    public static string ProviderMirrors(string group) => $"groups/{group}/-/provider-mirrors";

    public static string Version(string group, ProviderAddress provider, ProviderVersion version) =>
        $"{ProviderMirrors(group)}/{provider.Hostname.Value}/{Uri.EscapeDataString(provider.Namespace)}/{Uri.EscapeDataString(provider.Type)}/{Uri.EscapeDataString(version.Value)}";

    public static string UseThisMirror(string group) => $"groups/{group}/-/use-this-mirror";
}
