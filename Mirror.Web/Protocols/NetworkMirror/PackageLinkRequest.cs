using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>A request for the link to one package: <c>{hostname}/{namespace}/{type}/{version}/{os}/{arch}</c>, as in Tharsis.</summary>
internal sealed record PackageLinkRequest(ProviderAddress Provider, ProviderVersion Version, Platform Platform)
{
    public static bool TryParse(ReadOnlySpan<string> parts, [NotNullWhen(true)] out PackageLinkRequest? request)
    {
        request = parts is [var host, var ns, var type, var version, var os, var arch]
            && ProviderAddress.TryParseCanonical(host, ns, type, out var provider)
            && ProviderVersion.TryParseCanonical(version, out var parsed)
            && Platform.TryCreate(os, arch, out var platform)
            ? new PackageLinkRequest(provider, parsed, platform)
            : null;
        return request is not null;
    }
}

/// <summary>The entry of a package in its version's document, with an absolute URL.</summary>
internal static class PackageLinkResponses
{
    public static Task ServeAsync(HttpContext context, NamespacePath path, PackageLinkRequest request) => ProtocolRequests.ServeAsync(
        context, path, request.Provider, (scope, subject, provider) => AnswerAsync(context, scope, subject, request with { Provider = provider }));

    private static async Task AnswerAsync(HttpContext context, ResolvedNamespace scope, AccessSubject subject, PackageLinkRequest request)
    {
        var (provider, version, platform) = (request.Provider, request.Version, request.Platform);
        var found = await context.RequestServices.GetRequiredService<ProviderMirror>()
            .GetReleaseAsync(scope, provider, version, subject.Principal, context.RequestAborted);
        ProtocolRequests.Record(context, subject, provider, version, found.Failure);
        if (!found.TryGet(out var release))
        {
            await FailureResponses.WriteAsync(context, found.Failure);
            return;
        }

        if (release.Packages.FirstOrDefault(item => item.Platform == platform) is not { } package)
        {
            await FailureResponses.WriteAsync(
                context, new Failure(FailureKind.NotFound, $"{provider} {version} has no package for {platform}."));
            return;
        }

        string name = package.FileName.ToString();
        var signer = await context.RequestServices.GetRequiredService<PackageLinks>()
            .FindSignerAsync(scope, provider, subject.JobId, context.RequestAborted);
        string query = signer?.Query(new LinkedFile(scope, provider, version, name, package.Digest)) ?? "";
        // The package is next to the version's document, at the URL that was requested.
        string url = context.Request.Path.ToUriComponent();
        for (int segment = 0; segment < 3; segment++)
        {
            url = url[..url.LastIndexOf('/')];
        }

        var root = context.Request.ClientUrl(context.RequestServices.GetRequiredService<Core.Configuration.MirrorOptions>());
        byte[] body = DocumentWriter.WriteBytes(json =>
        {
            json.WriteString("url", $"{root.AbsoluteUri.TrimEnd('/')}{url}/{Uri.EscapeDataString(name)}{query}");
            json.WriteStartArray("hashes");
            foreach (var hash in package.Hashes)
            {
                json.WriteStringValue(hash.Value);
            }

            json.WriteEndArray();
        });
        await DocumentResponses.WriteUncachedAsync(context, body);
    }
}
