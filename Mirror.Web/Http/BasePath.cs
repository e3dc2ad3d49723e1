using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing.Patterns;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>
/// The path below which the client sees this instance: the <c>X-Forwarded-Prefix</c> of a trusted proxy, otherwise the path of
/// <c>Mirror:PublicUrl</c>. It becomes the request's PathBase, with which pages and links are created. Addresses are served with the path,
/// which a proxy may pass on, and without it, because a proxy may strip it.
/// </summary>
internal static class BasePath
{
    /// <summary>Applies the forwarded headers of trusted proxies, and sets the base path.</summary>
    public static void UseBasePath(this WebApplication app, MirrorOptions options)
    {
        if (options.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders(Believing(options.TrustedProxies));
        }

        var own = new Lazy<HashSet<string>>(() => OwnFirstParts(app));
        app.Use(next => context =>
        {
            var request = context.Request;
            string prefix = options.PathPrefix;
            if (request.PathBase.HasValue)
            {
                string said = request.PathBase.Value!;
                request.PathBase = PathString.Empty;
                if (PathPrefix.Parse(said) is not { } valid || IsOwn(valid, own.Value))
                {
                    SecurityHeaders.Set(context, options);
                    return Problems.WriteAsync(
                        context,
                        StatusCodes.Status400BadRequest,
                        "The proxy's prefix is not usable",
                        $"X-Forwarded-Prefix: '{Problems.Shorten(said)}' is not usable; expected {PathPrefix.Expected} and not an address of this instance, such as /api. The proxy must set the header and replace the client's.");
                }

                prefix = valid;
            }

            if (prefix.Length > 0)
            {
                request.PathBase = prefix;
                if (request.Path.StartsWithSegments(prefix, StringComparison.Ordinal, out var rest))
                {
                    request.Path = rest;
                }
            }

            return next(context);
        });
    }

    /// <summary>Checks the path of the public URL; to be called after all endpoints are mapped.</summary>
    /// <exception cref="InvalidConfigurationException">
    /// The path of <c>Mirror:PublicUrl</c> begins like addresses of this instance, which makes it ambiguous.
    /// </exception>
    public static void CheckPublicUrl(this IEndpointRouteBuilder endpoints, MirrorOptions options)
    {
        if (IsOwn(options.PathPrefix, OwnFirstParts(endpoints)))
        {
            throw new InvalidConfigurationException([new ConfigurationFault(
                "Mirror:PublicUrl",
                $"the path '{options.PathPrefix}' begins like the addresses of this instance; expected a first part other than '{PathPrefix.FirstPart(options.PathPrefix)}'")]);
        }
    }

    /// <summary>The URL of this instance for clients, with a slash at the end: the host of <c>Mirror:PublicUrl</c> and the request's base path.</summary>
    public static Uri ClientUrl(this HttpRequest request, MirrorOptions options) =>
        new(options.PublicUrl ?? new Uri($"{request.Scheme}://{request.Host}"), $"{request.PathBase}/");

    private static bool IsOwn(string prefix, HashSet<string> own) => prefix.Length > 0 && own.Contains(PathPrefix.FirstPart(prefix));

    private static HashSet<string> OwnFirstParts(IEndpointRouteBuilder endpoints) =>
    [
        .. endpoints.DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart part] }, ..] ? part.Content : "")
            .Where(part => part.Length > 0),
    ];

    private static ForwardedHeadersOptions Believing(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var network in proxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        return forwarded;
    }
}
