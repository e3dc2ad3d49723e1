using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mirror.Web.Cli;

// What commands print with --json and the API does not send.

/// <param name="Platform">Null: the whole version.</param>
internal sealed record DeletedDocument(string GroupPath, string Provider, string Version, string? Platform);

internal sealed record DeletedUserDocument(string Name);

internal sealed record DeletedNamespaceDocument(string Path);

internal sealed record RemovedMemberDocument(string Path, string Principal);

internal sealed record DeletedServiceAccountDocument(string Principal);

internal sealed record RevokedTokenDocument(long Id);

/// <param name="Provider">Null: all.</param>
internal sealed record RefreshedDocument(string? Provider);

/// <summary>What an import did.</summary>
/// <param name="Interrupted">It was ended early; the same command goes on.</param>
internal sealed record ImportReport(
    int Imported,
    int Unchanged,
    int Failed,
    bool Interrupted,
    IReadOnlyList<ImportReportPackage> Packages,
    IReadOnlyList<ImportReportSkipped> Skipped);

/// <param name="Outcome"><c>imported</c>, <c>unchanged</c> or <c>failed</c>.</param>
/// <param name="Size">Of the archive; null where it was not sent.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record ImportReportPackage(
    string Provider,
    string Version,
    string Platform,
    string Path,
    string Outcome,
    IReadOnlyList<string> Hashes,
    long? Size,
    IReadOnlyList<string> Warnings,
    string? Error);

internal sealed record ImportReportSkipped(string Path, string Reason);

/// <summary>What an export did.</summary>
/// <param name="Through">Until when the export holds what was cached: <c>--since</c> of the next one.</param>
/// <param name="Interrupted">It was ended early; the same command goes on.</param>
internal sealed record ExportReport(
    string Path, int Exported, int Present, int Failed, DateTimeOffset Through, bool Interrupted, IReadOnlyList<ExportReportPackage> Packages)
{
    public static ExportReport Of(string path, Features.Mirrors.Exporting.ExportPlan plan, IReadOnlyList<ExportReportPackage> done, bool interrupted)
    {
        int Count(string outcome) => done.Count(package => package.Outcome == outcome);
        return new ExportReport(
            path, Count(ExportReportPackage.Exported), Count(ExportReportPackage.Present), Count(ExportReportPackage.Failed), plan.Through, interrupted, done);
    }
}

/// <param name="Path">In the export.</param>
/// <param name="Outcome"><c>exported</c>, <c>present</c> (from an earlier export) or <c>failed</c>.</param>
internal sealed record ExportReportPackage(string Provider, string Version, string Platform, string Path, string Outcome, long Size, string? Error)
{
    public const string Exported = "exported";
    public const string Present = "present";
    public const string Failed = "failed";
}

/// <summary>What a backup or a restore did.</summary>
/// <param name="Gone">Packages that were deleted while the backup was made.</param>
internal sealed record BackupDocument(string Path, int Packages, long Size, int Gone);

/// <summary>The last file of an export.</summary>
internal sealed record BundleEnd(int Format, DateTimeOffset Through);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeletedDocument))]
[JsonSerializable(typeof(DeletedUserDocument))]
[JsonSerializable(typeof(DeletedNamespaceDocument))]
[JsonSerializable(typeof(RemovedMemberDocument))]
[JsonSerializable(typeof(DeletedServiceAccountDocument))]
[JsonSerializable(typeof(RevokedTokenDocument))]
[JsonSerializable(typeof(RefreshedDocument))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(Features.Jobs.RunReport))]
[JsonSerializable(typeof(Features.Groups.VariableChangeDocument))]
[JsonSerializable(typeof(Features.Groups.FederationChangeDocument))]
[JsonSerializable(typeof(Features.Accounts.RemovedTrustDocument))]
[JsonSerializable(typeof(BundleEnd))]
[JsonSerializable(typeof(Features.Mirrors.Exporting.ProofDescription))]
internal sealed partial class CommandJson : JsonSerializerContext;
