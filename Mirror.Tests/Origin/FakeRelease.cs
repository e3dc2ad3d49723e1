using Mirror.Core.Addresses;

namespace Mirror.Tests.Origin;

/// <summary>The files of a fake version.</summary>
/// <param name="Packages">One per platform.</param>
/// <param name="Sums">SHA256SUMS as served.</param>
/// <param name="Signature">Null: there is none, and its URL returns 404.</param>
/// <param name="Keys">The keys that the registry offers.</param>
internal sealed record FakeRelease(
    IReadOnlyDictionary<Platform, FakePackage> Packages, byte[] Sums, byte[]? Signature, IReadOnlyList<FakeSigningKey> Keys);

/// <summary>An element of <c>signing_keys.gpg_public_keys</c>.</summary>
public sealed record FakeSigningKey(string KeyId, string AsciiArmor);
