using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// Publishes provider versions at this instance's own hostname: verifies everything that arrived, then makes all platforms visible
/// in one transaction. A version never changes, and nothing is left of a refused one.
/// </summary>
public sealed class ProviderPublisher(
    CatalogReader catalog,
    CatalogWriter writer,
    UnpublishedVersions unpublished,
    IPackageStore store,
    OpenPgpVerifier verifier,
    VerificationLane signatures,
    ArchiveLane archives,
    MirrorOptions options,
    TimeProvider time)
{
    /// <summary>Begins an upload, unless it is refused without reading a file.</summary>
    /// <param name="target">The registry namespace of the provider.</param>
    /// <param name="provider">With the current own hostname.</param>
    /// <param name="length">The expected number of bytes of all files, or null if unknown.</param>
    public async Task<Outcome<ProviderUpload>> BeginAsync(
        RegistryNamespace target, ProviderAddress provider, ProviderVersion version, long? length, CancellationToken cancellationToken)
    {
        if (await catalog.FindVersionAsync(target.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Exists(provider, version);
        }

        if (await unpublished.FindAsync(provider, version, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            return gone.Failure;
        }

        return store.FreeSpace() - (length ?? 0) < options.Packages.MinimumFreeSpace
            ? ProviderUpload.NoSpace()
            : new ProviderUpload(target, provider, version, store, options.Packages);
    }

    /// <summary>Verifies and publishes what was uploaded.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public async Task<Outcome<PublishedProvider>> PublishAsync(ProviderUpload upload, Principal by, CancellationToken cancellationToken)
    {
        CrashPoints.Reached("release-received");
        var signed = await VerifyAsync(upload, cancellationToken).ConfigureAwait(false);
        if (!signed.TryGet(out var signature))
        {
            return signed.Failure;
        }

        if (RefuseFiles(upload) is { } refused)
        {
            return refused;
        }

        var protocols = ReleaseManifest.Default;
        if (upload.Find(upload.ManifestName) is { } manifest && !ReleaseManifest.TryParse(manifest, out protocols, out string? fault))
        {
            return upload.Reject($"the manifest {fault}");
        }

        var inspected = await InspectAsync(upload, by, cancellationToken).ConfigureAwait(false);
        if (!inspected.TryGet(out var packages))
        {
            return inspected.Failure;
        }

        var proof = ProofOf(upload, signature, protocols);
        try
        {
            var release = new NewRelease(
                upload.Target.RootGroupId,
                upload.Provider,
                upload.Version,
                packages,
                $"{packages.Count} {(packages.Count == 1 ? "platform" : "platforms")}, signed by {proof.KeyFingerprint} ({proof.KeyOwner})",
                by,
                async (db, token) =>
                {
                    await RegistryNamespaces.RequireAsync(db, upload.Target, token).ConfigureAwait(false);
                    await PublishingKeys.RequireActiveAsync(db, upload.Target, upload.Target.Keys[signature.KeyIndex], token).ConfigureAwait(false);
                    await ProofStore.WriteAsync(db, upload.Target.RootGroupId, proof, token).ConfigureAwait(false);
                });
            return await writer.AddReleaseAsync(release, cancellationToken).ConfigureAwait(false)
                ? Published(upload, proof, packages)
                : Exists(upload.Provider, upload.Version);
        }
        catch (RegistryNamespaceMissingException e)
        {
            return new Failure(FailureKind.Conflict, e.Message);
        }
        catch (UnpublishedVersionException e)
        {
            return e.Version.Failure;
        }
        catch (PublishingKeyInactiveException e)
        {
            return Inactive(upload, e.Key);
        }
        catch (IOException e) when (DiskFull.Caused(e))
        {
            return ProviderUpload.NoSpace();
        }
    }

    private async Task<Outcome<SignatureResult.Valid>> VerifyAsync(ProviderUpload upload, CancellationToken cancellationToken)
    {
        foreach (string name in (string[])[upload.SumsName, upload.SignatureName])
        {
            if (upload.Find(name) is null)
            {
                return upload.Reject($"the file '{name}' is missing");
            }
        }

        if (upload.Packages.Count == 0)
        {
            return upload.Reject("there is no package");
        }

        if (upload.Target.Keys.Count == 0)
        {
            return upload.Reject(
                $"the registry namespace '{upload.Target.Name}' has no signing key. An owner adds one with 'mirror signing-key add {upload.Target.Name} key.asc --group-path {upload.Target.Group}'");
        }

        SignatureResult result;
        try
        {
            result = await signatures.RunAsync(
                () => verifier.Verify(
                    upload.Find(upload.SumsName)!,
                    upload.Find(upload.SignatureName)!,
                    [.. upload.Target.Keys.Select(key => key.AsciiArmor)]),
                cancellationToken).ConfigureAwait(false);
        }
        catch (LaneFullException)
        {
            return new Failure(FailureKind.Busy, "The server is overloaded with signature checks. Try again later.");
        }

        if (result is not SignatureResult.Valid valid)
        {
            var invalid = (SignatureResult.Invalid)result;
            return upload.Reject(
                invalid is { Fault: SignatureFault.UnknownKey, Issuers: [_, ..] issuers }
                    ? UnknownKey(upload.Target, issuers)
                    : AsClause(invalid.Message));
        }

        var key = upload.Target.Keys[valid.KeyIndex];
        return key.State != PublishingKeyState.Active
            ? Inactive(upload, key)
            : valid.IsExpired
                ? upload.Reject($"it was signed with the key {key.Fingerprint} ({key.Owner}), which has expired. Sign it with another active key")
                : valid;
    }

    /// <summary>Names all keys in the same form: a signature has either the fingerprint or only its end, the key ID.</summary>
    private static string UnknownKey(RegistryNamespace target, IReadOnlyList<string> issuers)
    {
        int length = issuers.Max(issuer => issuer.Length);
        var active = target.Keys.Where(key => key.State == PublishingKeyState.Active)
            .Select(key => key.Fingerprint[^Math.Min(length, key.Fingerprint.Length)..]);
        return $"it was signed with the key {string.Join(", ", issuers)}; the active keys of '{target.Name}' are {string.Join(", ", active)}";
    }

    private static Failure Inactive(ProviderUpload upload, PublishingKey key)
    {
        string reason = key.Reason is null ? "" : $": {key.Reason}";
        return upload.Reject($"it was signed with the key {key.Fingerprint} ({key.Owner}), which is {key.State.ToString().ToLowerInvariant()}{reason}");
    }

    /// <summary>Compares the files with SHA256SUMS.</summary>
    private static Failure? RefuseFiles(ProviderUpload upload)
    {
        if (!Sha256Sums.TryParse(upload.Find(upload.SumsName), out var sums, out string? fault))
        {
            return upload.Reject(fault);
        }

        foreach (var (name, expected) in sums.Digests.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            if (!name.EndsWith(".zip", StringComparison.Ordinal) && name != upload.ManifestName)
            {
                // Such as a list of the release's parts, which no client asks for.
                continue;
            }

            Sha256Digest? found = upload.Packages.TryGetValue(name, out var package) ? package.Digest
                : name == upload.ManifestName && upload.Find(name) is { } manifest ? Sha256Digest.Of(manifest)
                : null;
            if (found is null)
            {
                return upload.Reject($"SHA256SUMS lists '{name}', which is missing");
            }

            if (found != expected)
            {
                return upload.Reject($"'{name}' has the SHA-256 {found.Value.Hex}, but SHA256SUMS lists it with {expected.Hex}");
            }
        }

        string? extra = upload.Packages.Keys.Append(upload.ManifestName)
            .FirstOrDefault(name => !sums.Digests.ContainsKey(name) && (name != upload.ManifestName || upload.Find(name) is not null));
        return extra is null ? null : upload.Reject($"SHA256SUMS does not list '{extra}'");
    }

    private async Task<Outcome<List<(NewPackage Package, StagedPackage Staged)>>> InspectAsync(
        ProviderUpload upload, Principal by, CancellationToken cancellationToken)
    {
        var packages = new List<(NewPackage Package, StagedPackage Staged)>();
        foreach (var received in upload.Packages.Values.OrderBy(package => package.Name.Platform))
        {
            var inspection = await archives.RunAsync(
                () =>
                {
                    using var zip = received.Staged.OpenRead();
                    return ProviderExecutable.Inspect(zip, upload.Provider.Type, options.Packages.MaxUnpackedSize, cancellationToken);
                },
                cancellationToken).ConfigureAwait(false);
            if (inspection is not PackageHashResult.Hashed hashed)
            {
                return upload.Reject($"'{received.Name}': {((PackageHashResult.Refused)inspection).Reason}");
            }

            packages.Add((
                new NewPackage(
                    upload.Target.RootGroupId,
                    upload.Provider,
                    upload.Version,
                    received.Name.Platform,
                    received.Digest,
                    received.Staged.Length,
                    hashed.Hash,
                    TrustLevel.Verified,
                    CredentialIdentity.None,
                    by)
                {
                    IsPublished = true,
                    ArchiveProblem = hashed.Problem,
                },
                received.Staged));
        }

        return packages;
    }

    private ReleaseProof ProofOf(ProviderUpload upload, SignatureResult.Valid signature, IReadOnlyList<string> protocols)
    {
        var key = upload.Target.Keys[signature.KeyIndex];
        return new ReleaseProof
        {
            Provider = upload.Provider,
            Version = upload.Version,
            Credential = CredentialIdentity.None,
            Trust = TrustLevel.Verified,
            Sums = upload.Find(upload.SumsName)!,
            Signature = upload.Find(upload.SignatureName),
            SigningKeys = [new OfferedKey(key.AsciiArmor, signature.Key.KeyId)],
            Protocols = protocols,
            Files = [.. upload.Packages.Values.OrderBy(package => package.Name.Platform)
                .Select(package => new ReleaseFile(package.Name.Platform, package.Name.ToString(), package.Digest))],
            KeyFingerprint = signature.Key.Fingerprint,
            KeyOwner = signature.Key.UserId,
            KeyAlgorithm = signature.Key.Algorithm,
            KeyExpires = signature.Key.Expires,
            SignedAt = signature.Created,
            VerifiedAt = time.GetUtcNow(),
        };
    }

    private static PublishedProvider Published(
        ProviderUpload upload, ReleaseProof proof, IReadOnlyList<(NewPackage Package, StagedPackage Staged)> packages) =>
        new(
            upload.Provider,
            upload.Version,
            proof.KeyFingerprint!,
            proof.Protocols,
            [.. packages.Select(item => new PublishedPackage(
                item.Package.Platform,
                [item.Package.Digest.ZipHash, item.Package.ContentHash!.Value],
                item.Package.Size,
                item.Package.ArchiveProblem))]);

    private static string AsClause(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');

    private static Failure Exists(ProviderAddress provider, ProviderVersion version) => new(
        FailureKind.Conflict, $"{provider} {version} exists, and published versions do not change. Publish a new version.");
}
