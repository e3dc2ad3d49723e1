using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mirror.Web.Commands;

// What commands print with --json and the API does not send.

/// <param name="Platform">Null: the whole version.</param>
internal sealed record DeletedDocument(string GroupPath, string Provider, string Version, string? Platform);

/// <param name="Provider">Null: all.</param>
internal sealed record RefreshedDocument(string? Provider);

/// <summary>What an import did.</summary>
internal sealed record ImportReport(
    int Imported,
    int Unchanged,
    int Failed,
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

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DeletedDocument))]
[JsonSerializable(typeof(RefreshedDocument))]
[JsonSerializable(typeof(ImportReport))]
internal sealed partial class CommandJson : JsonSerializerContext;
