using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Core.Verification;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Copies packages and their proofs from a server to a target; a failure of one does not stop the others.</summary>
internal sealed class ExportRun(MirrorClient client, NamespacePath group, IExportTarget target, TransferProgress progress)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>An interruption ends the run early and is reported.</summary>
    /// <param name="path">The path of the target, for the report.</param>
    public async Task<ExportReport> RunAsync(ExportPlan plan, string path, CancellationToken cancellationToken)
    {
        var done = new List<ExportReportPackage>();
        try
        {
            await RunAsync(plan, done, cancellationToken);
            return ExportReport.Of(path, plan, done, interrupted: false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExportReport.Of(path, plan, done, interrupted: true);
        }
    }

    private async Task RunAsync(ExportPlan plan, List<ExportReportPackage> done, CancellationToken cancellationToken)
    {
        var index = new ExportIndex();
        foreach (var version in plan.Versions)
        {
            await WriteProofAsync(version, cancellationToken);
            foreach (var platform in version.Platforms)
            {
                var result = await ExportAsync(version, platform, cancellationToken);
                done.Add(result);
                progress.Finish(result);
                if (result.Error is null)
                {
                    index.Add(version.Provider, version.Version, platform);
                }
            }
        }

        index.Write(target);
        var end = new BundleEnd(1, plan.Through);
        target.Write(MirrorBundle.EndName, JsonSerializer.SerializeToUtf8Bytes(end, TransferJson.Default.BundleEnd));
        await target.CompleteAsync(progress, cancellationToken);
    }

    private async Task WriteProofAsync(PlannedVersion version, CancellationToken cancellationToken)
    {
        if (await client.FindProofAsync(group, version.Provider, version.Version, cancellationToken) is not { } proof)
        {
            return;
        }

        var sums = Sha256Sums.TryParse(proof.Sha256Sums, out var parsed, out _) ? parsed : null;
        bool IsProven(PackageDetails platform) => sums is not null
            && proof.Files.FirstOrDefault(file => file.Platform == platform.Platform.Value) is { } file
            && sums.TryFind(file.FileName, out var digest)
            && platform.ZipHash == digest.ZipHash;
        var unproven = version.Platforms.Where(platform => !IsProven(platform)).Select(platform => platform.Platform.Value);
        var description = new ProofDescription(proof.SigningKeys, proof.Protocols, proof.Files, [.. unproven]);
        string type = version.Provider.Type;
        target.Write($"{version.Provider}/{ProofFiles.SumsName(type, version.Version)}", proof.Sha256Sums);
        if (proof.Signature is { } signature)
        {
            target.Write($"{version.Provider}/{ProofFiles.SignatureName(type, version.Version)}", signature);
        }

        target.Write($"{version.Provider}/{ProofFiles.DescriptionName(type, version.Version)}", description.ToBytes());
    }

    private async Task<ExportReportPackage> ExportAsync(
        PlannedVersion version, PackageDetails document, CancellationToken cancellationToken)
    {
        var platform = document.Platform;
        string name = $"{version.Provider}/{new PackageFileName(version.Provider.Type, version.Version, platform)}";
        string shown = $"{version.Provider.Display} {version.Version} {platform}";
        try
        {
            if (target.FindHash(name) is { } present && document.Digest.Hex == present)
            {
                return Result(ExportReportPackage.Present, null);
            }

            await target.WriteAsync(name, output => client.ReadPackageAsync(
                group,
                version.Provider,
                version.Version,
                platform,
                input => CopyAsync(input, output, shown, document, cancellationToken),
                cancellationToken));
            return Result(ExportReportPackage.Exported, null);
        }
        catch (HttpRequestException e)
        {
            return Result(ExportReportPackage.Failed, $"the connection failed: {ServerConnection.Reason(e)}");
        }
        catch (Exception e) when (e is InvalidDataException
            or MirrorApiException { Status: not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) })
        {
            return Result(ExportReportPackage.Failed, e.Message);
        }

        ExportReportPackage Result(string outcome, string? error) =>
            new(version.Provider.ToString(), version.Version.Value, platform.Value, name, outcome, document.Size, error);
    }

    /// <summary>
    /// Compares a package with the digest that the server lists, so that a damaged store shows here and not at the importer.
    /// </summary>
    private async Task CopyAsync(
        Stream input, Stream output, string shown, PackageDetails document, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long done = 0;
            int read;
            while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progress.Show($"exporting {shown}", done += read, document.Size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var digest = Sha256Digest.FromBytes(hash.GetHashAndReset());
        if (document.Digest != digest)
        {
            throw new InvalidDataException(
                $"the server sent content with the SHA-256 {digest}, which differs from the listed one; "
                + "run 'mirror verify' on the server's side to find damaged packages");
        }
    }
}

/// <summary>The target of an export. Names are relative, with <c>/</c>. An interrupted export resumes from existing files.</summary>
internal interface IExportTarget : IDisposable
{
    /// <summary>The SHA-256 of an existing file, in lower-case hexadecimal; null if it does not exist.</summary>
    string? FindHash(string name);

    /// <summary>The content of a small existing file; null if it does not exist.</summary>
    byte[]? Find(string name);

    void Write(string name, byte[] content);

    /// <summary>Writes a large file; after an exception no partial file remains.</summary>
    Task WriteAsync(string name, Func<Stream, Task> write);

    /// <summary>Completes the export after everything has been written.</summary>
    Task CompleteAsync(TransferProgress progress, CancellationToken cancellationToken);
}
