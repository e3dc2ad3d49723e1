using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>Matches a part of a URL that can be a provider's hostname, which no page's address begins with.</summary>
internal sealed class HostnameConstraint : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string text
            && (text.Contains('.', StringComparison.Ordinal) || text == "localhost")
            && ProviderHostname.TryParse(text, out _);
}
