using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>A package that is to be fetched: whose it is, what it must turn out to be, and who asked first.</summary>
public sealed record PackageRequest(
    long RootGroupId,
    ProviderAddress Provider,
    ProviderVersion Version,
    ReleaseFile File,
    TrustLevel Trust,
    OriginCredential Credential,
    Principal By)
{
    public Platform Platform => File.Platform;

    /// <summary>What comes takes the place of what the store holds under the same digest.</summary>
    public bool Anew { get; init; }

    /// <summary>Requests that are one piece of work.</summary>
    public (long, ProviderAddress, ProviderVersion, Platform, CredentialIdentity) Key => (RootGroupId, Provider, Version, Platform, Credential.Identity);

    /// <summary>The row it becomes once its bytes are proven.</summary>
    public NewPackage ToNewPackage(Sha256Digest digest, long size = 0) =>
        new(RootGroupId, Provider, Version, Platform, digest, size, File.ContentHash, Trust, Credential.Identity, By);

    public override string ToString() => $"{Provider} {Version} {Platform}";
}
