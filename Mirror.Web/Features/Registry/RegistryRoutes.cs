using Mirror.Core.Addresses;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>A published provider or module in a URL, or a version of one.</summary>
internal interface IRegistryRoute
{
    /// <summary>A malformed part ends the request with a problem document.</summary>
    /// <returns>A null version means the whole provider or module.</returns>
    (ISourceAddress Source, ProviderVersion? Version) Parse(ProviderHostname hostname);
}

internal sealed record ProviderRoute(string Namespace, string Type) : IRegistryRoute
{
    public const string Template = "/providers/{namespace}/{type}";

    public (ISourceAddress Source, ProviderVersion? Version) Parse(ProviderHostname hostname) =>
        (RegistryRequests.ParseProvider(hostname, Namespace, Type), null);
}

internal sealed record ProviderVersionRoute(string Namespace, string Type, string Version) : IRegistryRoute
{
    public const string Template = ProviderRoute.Template + "/versions/{version}";

    public (ISourceAddress Source, ProviderVersion? Version) Parse(ProviderHostname hostname) =>
        (RegistryRequests.ParseProvider(hostname, Namespace, Type), ApiTargets.ParseVersion(Version));
}

internal sealed record ModuleRoute(string Namespace, string Name, string System) : IRegistryRoute
{
    public const string Template = "/modules/{namespace}/{name}/{system}";

    public (ISourceAddress Source, ProviderVersion? Version) Parse(ProviderHostname hostname) =>
        (RegistryRequests.ParseModule(hostname, Namespace, Name, System), null);
}

internal sealed record ModuleVersionRoute(string Namespace, string Name, string System, string Version) : IRegistryRoute
{
    public const string Template = ModuleRoute.Template + "/versions/{version}";

    public (ISourceAddress Source, ProviderVersion? Version) Parse(ProviderHostname hostname) =>
        (RegistryRequests.ParseModule(hostname, Namespace, Name, System), ApiTargets.ParseVersion(Version));
}
