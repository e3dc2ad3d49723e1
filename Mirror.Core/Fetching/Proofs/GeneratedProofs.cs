using System.Collections.Concurrent;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// SHA256SUMS for imported private providers without one, made of the stored packages and signed with the key of the registry namespace
/// that has the provider's namespace. Only for hostnames whose origin is never queried, so that no publisher is impersonated.
/// </summary>
public sealed class GeneratedProofs(
    CatalogReader catalog,
    RegistryNamespaces registry,
    PublishingKeys keys,
    Policies policies,
    VerificationLane lane,
    MirrorOptions options,
    TimeProvider time)
{
    private const int MaxSignatures = 1000;

    // Some algorithms never make the same signature twice, but a client may ask for it again.
    private readonly ConcurrentDictionary<(string Fingerprint, Sha256Digest Sums), byte[]> _signatures = new();

    public bool AppliesTo(ProviderAddress provider) => !options.MayQuery(provider.Hostname);

    /// <summary>Whether a version without its publisher's proof is served: signed here, or unsigned because the policy allows it.</summary>
    public async ValueTask<bool> MayServeAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        AppliesTo(provider)
        && (await FindSignerAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false) is not null
            || PolicyDecision.AllowsUnsigned(
                await policies.FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false), provider, version));

    /// <returns>The proof of all stored packages of the version; a failure if it is not served.</returns>
    public async Task<Outcome<ReleaseProof>> MakeAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        if (!await MayServeAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false)
            || await catalog.FindVersionAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false)
                is not { Platforms.Count: > 0 } stored)
        {
            return new Failure(
                FailureKind.NotFound,
                $"{provider} {version} is stored without its publisher's SHA256SUMS, which the provider registry protocol requires. Use the network mirror for it, add a signing key to the registry namespace '{provider.Namespace}' with its private part, or allow the provider to be unsigned.");
        }

        var files = stored.Platforms.OrderBy(package => package.Platform)
            .Select(package => new ReleaseFile(
                package.Platform, new PackageFileName(provider.Type, version, package.Platform).ToString(), package.Digest))
            .ToList();
        byte[] sums = Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file.Digest!.Value.Hex}  {file.FileName}\n")));
        var proof = new ReleaseProof
        {
            Provider = provider,
            Version = version,
            Credential = CredentialIdentity.None,
            Trust = TrustLevel.Imported,
            Sums = sums,
            Files = files,
            VerifiedAt = time.GetUtcNow(),
        };
        return await FindSignerAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false) is { } signer
            ? await SignAsync(proof, signer, stored.Platforms.Max(package => package.CachedAt), cancellationToken).ConfigureAwait(false)
            : proof;
    }

    private async Task<Outcome<ReleaseProof>> SignAsync(
        ReleaseProof proof, RegistryNamespace publisher, DateTimeOffset storedAt, CancellationToken cancellationToken)
    {
        var key = publisher.SigningKey!;
        var place = (key.Fingerprint, Sha256Digest.Of(proof.Sums));
        if (!_signatures.TryGetValue(place, out byte[]? signature))
        {
            var found = await keys.FindSignerAsync(publisher, cancellationToken).ConfigureAwait(false);
            if (!found.TryGet(out var signer))
            {
                return found.Failure;
            }

            // The same time on every replica, so that most algorithms make the same signature.
            var at = storedAt > signer.Created ? storedAt : signer.Created;
            signature = await lane.RunAsync(() => signer.Sign(proof.Sums, at), cancellationToken).ConfigureAwait(false);
            if (_signatures.Count >= MaxSignatures)
            {
                _signatures.Clear();
            }

            // Concurrent requests must get the same one.
            signature = _signatures.GetOrAdd(place, signature);
        }

        return proof with
        {
            Signature = signature,
            SigningKeys = [new OfferedKey(key.AsciiArmor, key.Fingerprint[^16..])],
            KeyFingerprint = key.Fingerprint,
            KeyOwner = key.Owner,
        };
    }

    /// <summary>The registry namespace whose key signs the provider, or null.</summary>
    private async ValueTask<RegistryNamespace?> FindSignerAsync(
        long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken) =>
        await registry.FindAsync(provider.Namespace, cancellationToken).ConfigureAwait(false) is { SigningKey: not null } found
            && found.RootGroupId == rootGroupId
                ? found
                : null;
}
