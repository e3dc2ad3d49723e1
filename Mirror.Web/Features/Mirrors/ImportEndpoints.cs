using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Importing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

internal static class ImportEndpoints
{
    private const string DirectoryEntriesWarning =
        "The archive has directory entries: its h1: differs from that of the directory it unpacks to, which is the one that clients put into lock files.";

    public static async Task<Results<Ok<ImportDocument>, ProblemHttpResult>> PutPackageAsync(
        [AsParameters] PlatformRoute route,
        ApiTargets targets,
        PackageImporter importer,
        HttpContext context,
        [Description("Refuse the package unless a proof of the version that is known here names it")] bool proven = false,
        CancellationToken cancellationToken = default)
    {
        var target = await targets.FindPlatformToChangeAsync(route, cancellationToken) with { MustBeProven = proven };
        var outcome = await importer.ImportAsync(target, context.Request.Body, context.Request.ContentLength, context.Caller(), cancellationToken);
        return outcome switch
        {
            ImportOutcome.Imported imported => TypedResults.Ok(Document(imported)),
            ImportOutcome.Refused refused => Problems.Create(
                StatusCodes.Status422UnprocessableEntity, "Not a provider package", $"{target.Provider} {target.Version} {target.Platform}: {refused.Reason}."),
            ImportOutcome.TooLarge large => Problems.Create(
                StatusCodes.Status413PayloadTooLarge, "The package is too large", $"A package may have up to {Quantity.FormatSize(large.Limit)}; see Mirror:Packages:MaxPackageSize."),
            _ => Problems.Create(
                StatusCodes.Status507InsufficientStorage, "The disk is full", "The server has no space for the package; see Mirror:Packages:MinimumFreeSpace."),
        };
    }

    private static ImportDocument Document(ImportOutcome.Imported imported)
    {
        PackageHash[] hashes = [imported.Digest.ZipHash, imported.ContentHash];
        return new ImportDocument(
            imported.Record,
            [.. hashes.Select(hash => hash.Value)],
            imported.Size,
            imported.HasDirectoryEntries ? [DirectoryEntriesWarning] : []);
    }
}
