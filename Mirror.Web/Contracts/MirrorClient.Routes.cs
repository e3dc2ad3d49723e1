using Mirror.Core.Addresses;
using Mirror.Core.Hosted;

namespace Mirror.Web.Contracts;

public sealed partial class MirrorClient
{
    public Task<HostedRouteList> ListRoutesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(RoutesUrl(group), ApiJson.Default.HostedRouteList, cancellationToken);

    public Task<HostedRoute> AddRouteAsync(NamespacePath group, NewHostedRoute route, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, RoutesUrl(group), route, ApiJson.Default.NewHostedRoute, ApiJson.Default.HostedRoute, cancellationToken);

    public Task RemoveRouteAsync(NamespacePath group, RouteSource source, CancellationToken cancellationToken) =>
        DeleteAsync($"{RoutesUrl(group)}?source={Uri.EscapeDataString(source.ToString())}", cancellationToken);

    private static string RoutesUrl(NamespacePath group) => GroupUrl(group) + "/registry/routes";
}
