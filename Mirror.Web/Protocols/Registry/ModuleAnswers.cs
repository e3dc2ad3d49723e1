using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;

namespace Mirror.Web.Protocols.Registry;

/// <summary>Answers the module registry protocol.</summary>
internal static class ModuleAnswers
{
    private const string LocationHeader = "X-Terraform-Get";

    public static Task AnswerAsync(HttpContext context, NamespacePath path, ModuleRequest request) => request switch
    {
        { Version: { } version, Format: { } format } => ProtocolRequests.AnswerFileAsync(
            context, path, request.Module, version, ModuleRequest.FileName(format), null,
            (scope, subject) => AnswerArchiveAsync(context, scope, request.Module, version, format, subject.Principal)),
        { Version: { } version } => ProtocolRequests.AnswerAsync(context, path, request.Module, (scope, subject) => AnswerLocationAsync(context, scope, request.Module, version, subject)),
        _ => ProtocolRequests.AnswerAsync(context, path, request.Module, (scope, _) => AnswerVersionsAsync(context, scope, request.Module)),
    };

    private static async Task AnswerVersionsAsync(HttpContext context, MirrorScope scope, ModuleAddress module)
    {
        var documents = context.RequestServices.GetRequiredService<ModuleDocuments>();
        if (documents.FindReady(scope, module) is { } ready)
        {
            await DocumentAnswers.WriteAsync(context, ready, DocumentAnswers.Json);
            return;
        }

        await ProtocolRequests.AnswerDocumentAsync(context, await documents.GetVersionsAsync(scope, module, context.RequestAborted));
    }

    /// <summary>An empty answer with a header is what every client understands.</summary>
    private static async Task AnswerLocationAsync(HttpContext context, MirrorScope scope, ModuleAddress module, ProviderVersion version, AccessSubject subject)
    {
        var made = await context.RequestServices.GetRequiredService<ModuleDocuments>().GetLocationAsync(scope, module, version, subject.JobId, context.RequestAborted);
        if (!made.TryGet(out string? location))
        {
            await FailureAnswers.WriteAsync(context, made.Failure);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers[LocationHeader] = location;
        // Links end, and addresses that origins sign too.
        context.Response.Headers.CacheControl = "no-store";
    }

    private static async Task AnswerArchiveAsync(HttpContext context, MirrorScope scope, ModuleAddress module, ProviderVersion version, ArchiveFormat format, Principal principal)
    {
        var mirror = context.RequestServices.GetRequiredService<ModuleMirror>();
        await ProtocolRequests.SendAsync(context, scope, module, format, await mirror.GetArchiveAsync(scope, module, version, format, principal, context.RequestAborted));
    }
}
