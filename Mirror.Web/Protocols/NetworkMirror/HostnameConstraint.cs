using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>Matches a URL segment that can be a provider's hostname; no page's URL begins with one.</summary>
internal sealed class HostnameConstraint : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string text
            && (text.Contains('.', StringComparison.Ordinal) || text == "localhost")
            && ProviderHostname.TryParse(text, out _);
}
