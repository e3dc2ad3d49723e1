using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Web.Features.Setup;

internal static class ServerEndpoints
{
    public static Ok<ServerDocument> Get(MirrorOptions options, ServerConditions conditions, HttpRequest request)
    {
        var asked = new Uri($"{request.Scheme}://{request.Host}{request.PathBase}/");
        var condition = conditions.Read();
        return TypedResults.Ok(new ServerDocument(
            ProductVersion.Text,
            options.Auth.AnonymousRead,
            ClientConfiguration.NetworkMirrorBase(options, request.IsHttps ? asked : null),
            condition.HostsLeftAlone,
            condition.StorageProblem));
    }
}
