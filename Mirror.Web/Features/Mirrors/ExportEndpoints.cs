using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Importing;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;
using Mirror.Web.Hosting;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What proves a version, so that another instance can verify it again.</summary>
/// <param name="Sha256Sums">Byte for byte, base64.</param>
/// <param name="Signature">Base64; null for an unsigned provider.</param>
/// <param name="SigningKeys">As the origin offers them.</param>
/// <param name="Files">The packages by the names that SHA256SUMS have for them.</param>
public sealed record ProofFilesDocument(
    [MaxLength(ProofFiles.MaxLength)] byte[] Sha256Sums,
    [MaxLength(OpenPgpVerifier.MaxSignatureLength)] byte[]? Signature,
    [MaxLength(OpenPgpVerifier.MaxKeys)] IReadOnlyList<SigningKeyDocument> SigningKeys,
    IReadOnlyList<string> Protocols,
    [MaxLength(ProofFilesDocument.MaxFiles)] IReadOnlyList<ProofFileDocument> Files)
{
    /// <summary>Packages of one version.</summary>
    public const int MaxFiles = 1000;

    public static ProofFilesDocument From(ReleaseProof proof) => new(
        proof.Sums,
        proof.Signature,
        [.. proof.SigningKeys.Select(key => new SigningKeyDocument(key.AsciiArmor, key.KeyId, key.TrustSignature, key.Source, key.SourceUrl))],
        proof.Protocols,
        [.. proof.Files.Select(file => new ProofFileDocument(file.Platform.Value, file.FileName))]);

    /// <exception cref="FormatException">A part is malformed.</exception>
    internal ReleaseOffer ToOffer(ProviderAddress provider, ProviderVersion version) => new(
        provider,
        version,
        Sha256Sums,
        Signature,
        [.. SigningKeys.Select(key => new OfferedKey(key.AsciiArmor, key.KeyId, key.TrustSignature, key.Source, key.SourceUrl))],
        Protocols,
        [.. Files.Select(file => (Platform.Parse(file.Platform), file.FileName))]);
}

public sealed record SigningKeyDocument(
    [MaxLength(SigningKeyDocument.MaxArmor)] string AsciiArmor,
    string? KeyId = null,
    [MaxLength(SigningKeyDocument.MaxArmor)] string? TrustSignature = null,
    [MaxLength(1024)] string? Source = null,
    [MaxLength(2048)] string? SourceUrl = null)
{
    /// <summary>Characters, as much as is read of a key.</summary>
    public const int MaxArmor = 512 * 1024;
}

public sealed record ProofFileDocument(string Platform, string FileName);

/// <summary>What an export reads, and the proofs that an import brings.</summary>
internal static class ExportEndpoints
{
    public static void MapExport(this IEndpointRouteBuilder read)
    {
        read.MapGet(MirrorApi.Version + "/proof", GetProofAsync).WithName("GetProof").WithTags("Export")
            .WithSummary("SHA256SUMS, signature and keys of a version");
        read.MapGet(MirrorApi.Version + "/platforms/{platform}/package", GetPackageAsync).WithName("GetPackage").WithTags("Export").WithMetadata(BoundedWork.Outside)
            .WithSummary("One platform's stored package; no origin is asked");
    }

    public static async Task<Results<Ok<ProofDocument>, ProblemHttpResult>> PutProofAsync(
        [AsParameters] VersionRoute route, ProofFilesDocument proof, ApiTargets targets, ProofImporter importer, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await targets.FindVersionToChangeAsync(route, cancellationToken);
        ReleaseOffer offer;
        try
        {
            offer = proof.ToOffer(target.Provider, target.Version);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }

        var imported = await importer.ImportAsync(target.RootGroupId, offer, context.Caller(), cancellationToken);
        return imported.TryGet(out var kept)
            ? TypedResults.Ok(new ProofDocument(kept.Trust, kept.KeyFingerprint, kept.KeyOwner, kept.KeyExpired, kept.KeyPinned, kept.VerifiedAt))
            : Problems.Create(StatusCodes.Status422UnprocessableEntity, "Verification failed", imported.Failure.Message);
    }

    private static async Task<Ok<ProofFilesDocument>> GetProofAsync([AsParameters] VersionRoute route, ApiTargets targets, ProofStore proofs, CancellationToken cancellationToken)
    {
        var target = await targets.FindVersionAsync(route, cancellationToken);
        return await proofs.FindBestAsync(target.RootGroupId, target.Provider, target.Version, cancellationToken) is { } proof
            ? TypedResults.Ok(ProofFilesDocument.From(proof))
            : throw ApiProblemException.NotFound($"{target} is here without its publisher's SHA256SUMS.");
    }

    private static async Task GetPackageAsync([AsParameters] PlatformRoute route, ApiTargets targets, ProviderMirror mirror, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await targets.FindVersionAsync(route.OfVersion, cancellationToken);
        if (!Platform.TryParse(route.Platform, out var platform))
        {
            throw ApiProblemException.Invalid($"'{route.Platform}' is not a platform; expected 'os_arch', such as 'linux_amd64'.");
        }

        // What policy hides is not exported either, and nothing is fetched for it.
        var scope = target.Group with { AutomaticCaching = false };
        var found = await mirror.GetPackageAsync(scope, target.Provider, target.Version, platform, context.Caller(), cancellationToken);
        if (found.TryGet(out var package))
        {
            using (package)
            {
                await PackageAnswers.WriteAsync(context, package, ArchiveFormat.Zip, isPublic: false);
            }

            return;
        }

        await FailureAnswers.WriteAsync(context, found.Failure);
    }
}
