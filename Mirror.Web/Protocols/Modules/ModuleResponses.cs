using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Modules;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.Modules;

/// <summary>Serves the module registry protocol.</summary>
internal static class ModuleResponses
{
    private const string LocationHeader = "X-Terraform-Get";

    /// <param name="namesGroup">Whether the request itself names the group.</param>
    public static Task ServeAsync(HttpContext context, NamespacePath path, ModuleRoute request, bool namesGroup = true) => request switch
    {
        { Version: { } version, Format: { } format } => ProtocolRequests.ServeFileAsync(
            context, path, request.Module, version, ModuleRoute.FileName(format), null,
            (scope, subject, module) => ServeArchiveAsync(context, scope, module, version, format, subject), namesGroup),
        { Version: { } version } =>
            ProtocolRequests.ServeAsync(
                context, path, request.Module, (scope, subject, module) => ServeLocationAsync(context, scope, module, version, subject),
                namesGroup),
        _ => ProtocolRequests.ServeAsync(
            context, path, request.Module, (scope, subject, module) => ServeVersionsAsync(context, scope, module, subject), namesGroup),
    };

    private static async Task ServeVersionsAsync(HttpContext context, ResolvedNamespace scope, ModuleAddress module, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<ModuleDocuments>();
        if (documents.FindReady(scope, module) is { } ready)
        {
            ProtocolRequests.Record(context, subject, module, null, null);
            await DocumentResponses.WriteAsync(context, ready, DocumentResponses.Json);
            return;
        }

        var made = await documents.GetVersionsAsync(scope, module, context.RequestAborted);
        ProtocolRequests.Record(context, subject, module, null, made.Failure);
        await ProtocolRequests.ServeDocumentAsync(context, made);
    }

    /// <summary>Sends an empty response with a header, which every client understands.</summary>
    private static async Task ServeLocationAsync(
        HttpContext context, ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, AccessSubject subject)
    {
        var made = await context.RequestServices.GetRequiredService<ModuleDocuments>()
            .GetLocationAsync(scope, module, version, subject, context.RequestAborted);
        ProtocolRequests.Record(context, subject, module, version, made.Failure);
        if (!made.TryGet(out string? location))
        {
            await FailureResponses.WriteAsync(context, made.Failure);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers[LocationHeader] = location;
        // Links expire, as do the URLs that origins sign.
        context.Response.Headers.CacheControl = "no-store";
    }

    private static async Task ServeArchiveAsync(
        HttpContext context,
        ResolvedNamespace scope,
        ModuleAddress module,
        ProviderVersion version,
        ArchiveFormat format,
        AccessSubject subject)
    {
        var mirror = context.RequestServices.GetRequiredService<ModuleMirror>();
        bool seesProtected = ModuleDocuments.SeesProtected(subject, scope)
            || await ProtocolRequests.IsLinkValidAsync(context, scope, module, version, ModuleRoute.FileName(format), findDigest: null);
        var found = await mirror.GetArchiveAsync(
            scope, module, version, format, subject.Principal, seesProtected, context.RequestAborted);
        ProtocolRequests.RecordDelivery(context, subject, module, version, found);
        await ProtocolRequests.SendAsync(context, scope, module, format, found);
    }
}
