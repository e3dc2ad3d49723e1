using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Importing;

internal enum ImportStage
{
    /// <summary>Hashing it here, to see whether the server has it.</summary>
    Comparing,
    Sending,

    /// <summary>All is sent; the server hashes what is inside.</summary>
    Checking,
}

/// <summary>Watches an import.</summary>
internal interface IImportWatcher
{
    /// <param name="done">Bytes of this stage.</param>
    void Progress(FoundPackage package, ImportStage stage, long done, long total);

    void Finished(ImportReportPackage package);
}

/// <summary>Brings packages to a server one after another; one that fails does not stop the rest.</summary>
internal sealed class ImportRun(MirrorClient client, NamespacePath group, IImportWatcher watcher)
{
    private readonly Dictionary<(ProviderAddress, ProviderVersion), VersionDocument?> _stored = [];
    private readonly ProofImports _proofs = new(client, group);

    public async Task<ImportReport> RunAsync(FilesystemMirrorContent content, CancellationToken cancellationToken)
    {
        var packages = new List<ImportReportPackage>();
        bool interrupted = false;
        try
        {
            foreach (var package in content.Packages)
            {
                var result = await ImportAsync(package, content.Proofs.GetValueOrDefault((package.Provider, package.Version)), cancellationToken);
                packages.Add(result);
                watcher.Finished(result);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            interrupted = true;
        }

        return new ImportReport(
            packages.Count(package => package.Outcome == ImportResult.Imported),
            packages.Count(package => package.Outcome == ImportResult.Unchanged),
            packages.Count(package => package.Outcome == ImportResult.Failed),
            interrupted,
            packages,
            [.. content.Skipped.Select(skipped => new ImportReportSkipped(skipped.Path, skipped.Reason))]);
    }

    private async Task<ImportReportPackage> ImportAsync(FoundPackage package, ProofFiles? proof, CancellationToken cancellationToken)
    {
        try
        {
            bool mustBeProven = proof is not null && await _proofs.ImportAsync(package, proof, cancellationToken);
            var source = PackageSource.Open(package);
            if (await FindStoredAsync(package, cancellationToken) is { } stored
                && await IsSameAsync(package, source, stored, cancellationToken))
            {
                return ImportResult.Of(package, ImportResult.Unchanged, stored.Hashes);
            }

            var sending = new ImmediateProgress<long>(done => watcher.Progress(package, done < source.Size ? ImportStage.Sending : ImportStage.Checking, done, source.Size));
            using var upload = source.ToContent(sending, cancellationToken);
            return ImportResult.Of(package, await SendAsync(package, upload, mustBeProven, cancellationToken));
        }
        catch (Exception e) when (e is MirrorApiException { Status: not (System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden) }
            or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return ImportResult.Fault(package, e.Message);
        }
    }

    private async Task<ImportDocument> SendAsync(FoundPackage package, HttpContent upload, bool mustBeProven, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ImportPackageAsync(group, package.Provider, package.Version, package.Platform, upload, mustBeProven, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"the connection broke while it was sent: {ServerConnection.Reason(e)}", e);
        }
    }

    private async Task<PlatformDocument?> FindStoredAsync(FoundPackage package, CancellationToken cancellationToken)
    {
        var key = (package.Provider, package.Version);
        if (!_stored.TryGetValue(key, out var version))
        {
            version = await client.FindVersionAsync(group, package.Provider, package.Version, cancellationToken);
            _stored.Add(key, version);
        }

        return version?.Platforms.FirstOrDefault(platform => platform.Platform == package.Platform.Value);
    }

    /// <summary>Reading a package twice is cheaper than sending it again; one the server does not have is read only once.</summary>
    private Task<bool> IsSameAsync(FoundPackage package, PackageSource source, PlatformDocument stored, CancellationToken cancellationToken)
    {
        var comparing = new ImmediateProgress<long>(done => watcher.Progress(package, ImportStage.Comparing, done, source.Size));
        return Task.Run(() => stored.Hashes.Contains(source.Hash(comparing, cancellationToken).Value), cancellationToken);
    }
}

/// <summary>One package's line in the report.</summary>
internal static class ImportResult
{
    public const string Imported = "imported";
    public const string Unchanged = "unchanged";
    public const string Failed = "failed";

    public static ImportReportPackage Of(FoundPackage package, ImportDocument answer)
    {
        string outcome = answer.Outcome is RecordOutcome.Added or RecordOutcome.Replaced ? Imported : Unchanged;
        IReadOnlyList<string> warnings = answer.Outcome == RecordOutcome.KeptMoreTrusted
            ? [.. answer.Warnings, "The server keeps its own package, whose publisher's signature it has verified."]
            : answer.Warnings;
        return new ImportReportPackage(
            package.Provider.ToString(), package.Version.Value, package.Platform.Value, package.Path, outcome, answer.Hashes, answer.Size, warnings, null);
    }

    public static ImportReportPackage Of(FoundPackage package, string outcome, IReadOnlyList<string> hashes) =>
        new(package.Provider.ToString(), package.Version.Value, package.Platform.Value, package.Path, outcome, hashes, null, [], null);

    public static ImportReportPackage Fault(FoundPackage package, string error) =>
        new(package.Provider.ToString(), package.Version.Value, package.Platform.Value, package.Path, Failed, [], null, [], error);
}
