using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Features.Registry.Publishing;

/// <summary>
/// The uploads of the page that publishes. They are addresses of the UI, because browsers send the session's cookie to no other; the API has
/// the same operations for tokens.
/// </summary>
internal static class PublishEndpoints
{
    private const string ModulePath = "publish/module";
    private const string ProviderPath = "publish/provider";
    private const string Title = "Invalid request";

    public static string ModuleUrl(string group, string module, string version, ArchiveFormat format) =>
        $"{ModulePath}?group={Uri.EscapeDataString(group)}&module={module}&version={Uri.EscapeDataString(version)}&format={format}";

    public static string ProviderUrl(string group, string provider, string version) =>
        $"{ProviderPath}?group={Uri.EscapeDataString(group)}&provider={provider}&version={Uri.EscapeDataString(version)}";

    public static void MapPublishing(this IEndpointRouteBuilder endpoints)
    {
        // The publishers have their own limits.
        object[] metadata = [UiEndpoint.Instance, new QueryLength(ModuleAddress.MaxLength), new DisableRequestSizeLimitAttribute()];
        endpoints.MapPost(ModulePath, PublishModuleAsync).ExcludeFromDescription().WithMetadata(metadata);
        endpoints.MapPost(ProviderPath, PublishProviderAsync).ExcludeFromDescription().WithMetadata(metadata);
    }

    private static async Task PublishModuleAsync(
        HttpContext context, IAntiforgery antiforgery, CurrentUser user, ModulePublisher publisher, OwnHostnames hostnames)
    {
        var query = context.Request.Query;
        if (await AuthorizeAsync(context, antiforgery, user) is not { Scope: { } scope } access)
        {
            return;
        }

        if (!ModuleAddress.TryParse($"{Hostname(hostnames)}/{query["module"]}", out var module)
            || !ProviderVersion.TryParse(query["version"], out var version)
            || !ArchiveFormat.TryParse(query["format"], out var format))
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                Title,
                "The address, the version or the format is not valid; expected values such as 'acme/vpc/aws', '1.2.0' and 'tar.gz'.");
            return;
        }

        var outcome = await publisher.PublishAsync(
            new NewModule(scope.RootGroupId, module, version, format) { Length = context.Request.ContentLength },
            context.Request.Body,
            access.Subject.Principal,
            context.RequestAborted);
        if (outcome.TryGet(out _))
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
        }
        else
        {
            await FailureResponses.WriteAsync(context, outcome.Failure);
        }
    }

    private static async Task PublishProviderAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        CurrentUser user,
        ProviderPublisher publisher,
        RegistryNamespaces registry,
        OwnHostnames hostnames)
    {
        var query = context.Request.Query;
        if (await AuthorizeAsync(context, antiforgery, user) is not { Scope: { } scope } access)
        {
            return;
        }

        if (!ProviderAddress.TryParse($"{Hostname(hostnames)}/{query["provider"]}", out var provider)
            || !ProviderVersion.TryParse(query["version"], out var version))
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                Title,
                "The address or the version is not valid; expected values such as 'acme/dns' and '1.2.0'.");
            return;
        }

        try
        {
            var target = await RegistryRequests.FindNamespaceAsync(registry, scope, provider.Namespace, context.RequestAborted);
            await ProviderEndpoints.PublishFilesAsync(
                publisher, target, provider, version, context.Request, access.Subject.Principal, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status201Created;
        }
        catch (ApiProblemException e)
        {
            await e.ToResult().ExecuteAsync(context);
        }
    }

    // Without an own hostname nothing is published, which the publishers say.
    private static string Hostname(OwnHostnames hostnames) => hostnames.Current?.Value ?? "localhost";

    /// <returns>Null if the request was answered: it is not from a page of this instance, or its user may not publish in the root group.</returns>
    private static async Task<NamespaceAccess?> AuthorizeAsync(HttpContext context, IAntiforgery antiforgery, CurrentUser user)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status400BadRequest, Title, "The page is out of date, or your session has ended. Reload the page and try again.");
            return null;
        }

        string group = context.Request.Query["group"].ToString();
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, group);
        if (access is { IsAllowed: true, Scope.IsRoot: true })
        {
            return access;
        }

        await Problems.WriteAsync(
            context,
            StatusCodes.Status403Forbidden,
            "Access denied",
            $"You may not publish in '{Problems.Shorten(group)}', or your session has ended. Ask an owner of the root group for the role deployer.");
        return null;
    }
}
