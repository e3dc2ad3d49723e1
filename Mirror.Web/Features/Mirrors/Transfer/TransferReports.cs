using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>The output of <c>mirror import --json</c>.</summary>
/// <param name="Interrupted">It ended early; run the same command again to resume.</param>
internal sealed record ImportReport(
    int Imported,
    int Unchanged,
    int Failed,
    bool Interrupted,
    IReadOnlyList<ImportReportPackage> Packages,
    IReadOnlyList<ImportReportSkipped> Skipped);

/// <param name="Outcome"><c>imported</c>, <c>unchanged</c> or <c>failed</c>.</param>
/// <param name="Size">The size of the archive; null if it was not sent.</param>
/// <param name="Error">The reason of a failure.</param>
internal sealed record ImportReportPackage(
    string Provider,
    string Version,
    string Platform,
    string Path,
    string Outcome,
    IReadOnlyList<PackageHash> Hashes,
    long? Size,
    IReadOnlyList<string> Warnings,
    string? Error)
{
    public const string Imported = "imported";
    public const string Unchanged = "unchanged";
    public const string Failed = "failed";

    public static ImportReportPackage Of(FoundPackage package, ImportedPackage answer)
    {
        string outcome = answer.Outcome is RecordOutcome.Added or RecordOutcome.Replaced ? Imported : Unchanged;
        IReadOnlyList<string> warnings = answer.Outcome == RecordOutcome.KeptMoreTrusted
            ? [.. answer.Warnings, "The server kept its own package, which is verified with the publisher's signature."]
            : answer.Warnings;
        return Of(package, outcome, answer.Hashes) with { Size = answer.Size, Warnings = warnings };
    }

    public static ImportReportPackage Of(FoundPackage package, string outcome, IReadOnlyList<PackageHash> hashes) =>
        new(package.Provider.ToString(), package.Version.Value, package.Platform.Value, package.Path, outcome, hashes, null, [], null);

    public static ImportReportPackage Fault(FoundPackage package, string error) => Of(package, Failed, []) with { Error = error };
}

internal sealed record ImportReportSkipped(string Path, string Reason);

/// <summary>The output of <c>mirror export --json</c>.</summary>
/// <param name="Through">Packages cached until this time are included; <c>--since</c> of the next export.</param>
/// <param name="Interrupted">It ended early; run the same command again to resume.</param>
internal sealed record ExportReport(
    string Path,
    int Exported,
    int Present,
    int Failed,
    DateTimeOffset Through,
    bool Interrupted,
    IReadOnlyList<ExportReportPackage> Packages)
{
    public static ExportReport Of(string path, ExportPlan plan, IReadOnlyList<ExportReportPackage> done, bool interrupted)
    {
        int Count(string outcome) => done.Count(package => package.Outcome == outcome);
        return new ExportReport(
            path,
            Count(ExportReportPackage.Exported),
            Count(ExportReportPackage.Present),
            Count(ExportReportPackage.Failed),
            plan.Through,
            interrupted,
            done);
    }
}

/// <param name="Path">The path in the export.</param>
/// <param name="Outcome"><c>exported</c>, <c>present</c> (from an earlier export) or <c>failed</c>.</param>
internal sealed record ExportReportPackage(
    string Provider, string Version, string Platform, string Path, string Outcome, long Size, string? Error)
{
    public const string Exported = "exported";
    public const string Present = "present";
    public const string Failed = "failed";
}

/// <summary>The last file of an export.</summary>
internal sealed record BundleEnd(int Format, DateTimeOffset Through);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(BundleEnd))]
[JsonSerializable(typeof(ProofDescription))]
internal sealed partial class TransferJson : JsonSerializerContext;
