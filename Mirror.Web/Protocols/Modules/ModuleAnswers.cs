using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Modules;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.Modules;

/// <summary>Answers the module registry protocol.</summary>
internal static class ModuleAnswers
{
    private const string LocationHeader = "X-Terraform-Get";

    public static Task AnswerAsync(HttpContext context, NamespacePath path, ModuleRoute request) => request switch
    {
        { Version: { } version, Format: { } format } => ProtocolRequests.AnswerFileAsync(
            context, path, request.Module, version, ModuleRoute.FileName(format), null,
            (scope, subject) => AnswerArchiveAsync(context, scope, request.Module, version, format, subject)),
        { Version: { } version } =>
            ProtocolRequests.AnswerAsync(
                context, path, request.Module, (scope, subject) => AnswerLocationAsync(context, scope, request.Module, version, subject)),
        _ => ProtocolRequests.AnswerAsync(
            context, path, request.Module, (scope, subject) => AnswerVersionsAsync(context, scope, request.Module, subject)),
    };

    private static async Task AnswerVersionsAsync(HttpContext context, ResolvedNamespace scope, ModuleAddress module, AccessSubject subject)
    {
        var documents = context.RequestServices.GetRequiredService<ModuleDocuments>();
        if (documents.FindReady(scope, module) is { } ready)
        {
            ProtocolRequests.Note(context, subject, module, null, null);
            await DocumentAnswers.WriteAsync(context, ready, DocumentAnswers.Json);
            return;
        }

        var made = await documents.GetVersionsAsync(scope, module, context.RequestAborted);
        ProtocolRequests.Note(context, subject, module, null, made.Failure);
        await ProtocolRequests.AnswerDocumentAsync(context, made);
    }

    /// <summary>An empty answer with a header is what every client understands.</summary>
    private static async Task AnswerLocationAsync(
        HttpContext context, ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, AccessSubject subject)
    {
        var made = await context.RequestServices.GetRequiredService<ModuleDocuments>()
            .GetLocationAsync(scope, module, version, subject.JobId, context.RequestAborted);
        ProtocolRequests.Note(context, subject, module, version, made.Failure);
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

    private static async Task AnswerArchiveAsync(
        HttpContext context,
        ResolvedNamespace scope,
        ModuleAddress module,
        ProviderVersion version,
        ArchiveFormat format,
        AccessSubject subject)
    {
        var mirror = context.RequestServices.GetRequiredService<ModuleMirror>();
        var found = await mirror.GetArchiveAsync(scope, module, version, format, subject.Principal, context.RequestAborted);
        ProtocolRequests.NoteDelivery(context, subject, module, version, found);
        await ProtocolRequests.SendAsync(context, scope, module, format, found);
    }
}
