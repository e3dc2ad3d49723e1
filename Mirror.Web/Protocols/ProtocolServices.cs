using Mirror.Web.Protocols.Modules;
using Mirror.Web.Protocols.NetworkMirror;
using Mirror.Web.Protocols.Oci;
using Mirror.Web.Protocols.Registry;

namespace Mirror.Web.Protocols;

internal static class ProtocolServices
{
    public static IServiceCollection AddProtocols(this IServiceCollection services) => services
        .Configure<RouteOptions>(routes => routes.SetParameterPolicy<HostnameConstraint>("hostname"))
        .AddSingleton<NetworkMirrorDocuments>()
        .AddSingleton<RegistryDocuments>()
        .AddSingleton<OciDocuments>()
        .AddSingleton<ModuleDocuments>();
}
