using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Uploads packages to a server one after another; a failure of one does not stop the others.</summary>
internal sealed class ImportRun(MirrorClient client, NamespacePath group, TransferProgress progress)
{
    private readonly Dictionary<(ProviderAddress, ProviderVersion), VersionDetails?> _stored = [];
    private readonly ProofImports _proofs = new(client, group);

    /// <summary>An interruption ends the run early and is reported.</summary>
    public async Task<ImportReport> RunAsync(FilesystemMirrorContent content, CancellationToken cancellationToken)
    {
        var packages = new List<ImportReportPackage>();
        bool interrupted = false;
        try
        {
            foreach (var package in content.Packages)
            {
                var proof = content.Proofs.GetValueOrDefault((package.Provider, package.Version));
                var result = await ImportAsync(package, proof, cancellationToken);
                packages.Add(result);
                progress.Finish(result);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            interrupted = true;
        }

        return new ImportReport(
            packages.Count(package => package.Outcome == ImportReportPackage.Imported),
            packages.Count(package => package.Outcome == ImportReportPackage.Unchanged),
            packages.Count(package => package.Outcome == ImportReportPackage.Failed),
            interrupted,
            packages,
            [.. content.Skipped.Select(skipped => new ImportReportSkipped(skipped.Path, skipped.Reason))]);
    }

    private async Task<ImportReportPackage> ImportAsync(FoundPackage package, ProofFiles? proof, CancellationToken cancellationToken)
    {
        try
        {
            bool requireProof = proof is not null && await _proofs.ImportAsync(package, proof, cancellationToken);
            var source = PackageSource.Open(package);
            if (await FindStoredAsync(package, cancellationToken) is { } stored
                && await IsSameAsync(package, source, stored, cancellationToken))
            {
                return ImportReportPackage.Of(package, ImportReportPackage.Unchanged, stored.Hashes);
            }

            var sending = new ImmediateProgress<long>(done =>
            {
                // Everything is sent: the server hashes the content.
                bool isChecked = done >= source.Size;
                progress.Show($"{(isChecked ? "checking" : "importing")} {package}", isChecked ? null : done, source.Size);
            });
            using var upload = source.ToContent(sending, cancellationToken);
            return ImportReportPackage.Of(package, await SendAsync(package, upload, requireProof, cancellationToken));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException
            or MirrorApiException { Status: not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) })
        {
            return ImportReportPackage.Fault(package, e.Message);
        }
    }

    private async Task<ImportedPackage> SendAsync(
        FoundPackage package, HttpContent upload, bool requireProof, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ImportPackageAsync(
                group, package.Provider, package.Version, package.Platform, upload, requireProof, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"the connection failed during the upload: {ServerConnection.Reason(e)}", e);
        }
    }

    private async Task<PackageDetails?> FindStoredAsync(FoundPackage package, CancellationToken cancellationToken)
    {
        var key = (package.Provider, package.Version);
        if (!_stored.TryGetValue(key, out var version))
        {
            version = await client.FindVersionAsync(group, package.Provider, package.Version, cancellationToken);
            _stored.Add(key, version);
        }

        return version?.Platforms.FirstOrDefault(platform => platform.Platform == package.Platform);
    }

    /// <summary>Reading a package twice is cheaper than uploading it again; a package new to the server is read once.</summary>
    private Task<bool> IsSameAsync(FoundPackage package, PackageSource source, PackageDetails stored, CancellationToken cancellationToken)
    {
        var comparing = new ImmediateProgress<long>(done => progress.Show($"comparing {package}", done, source.Size));
        return Task.Run(() => stored.Hashes.Contains(source.Hash(comparing, cancellationToken)), cancellationToken);
    }
}
