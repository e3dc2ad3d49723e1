using System.Buffers.Binary;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>A hash algorithm of signatures. See https://www.rfc-editor.org/rfc/rfc4880#section-9.4.</summary>
/// <param name="Name">For display.</param>
/// <param name="IsWeak">SHA-1: acceptable for a key's certifications of itself, as in clients, but not for data.</param>
/// <param name="DigestInfo">The prefix that RSA signatures put before the digest (RFC 8017, section 9.2).</param>
/// <param name="Create">Creates the digest.</param>
internal sealed record SignatureHash(string Name, bool IsWeak, byte[] DigestInfo, Func<IDigest> Create)
{
    private static readonly Dictionary<byte, SignatureHash> Known = new()
    {
        [2] = new("SHA-1", true, Convert.FromHexString("3021300906052B0E03021A05000414"), () => new Sha1Digest()),
        [8] = new("SHA-256", false, Convert.FromHexString("3031300D060960864801650304020105000420"), () => new Sha256Digest()),
        [9] = new("SHA-384", false, Convert.FromHexString("3041300D060960864801650304020205000430"), () => new Sha384Digest()),
        [10] = new("SHA-512", false, Convert.FromHexString("3051300D060960864801650304020305000440"), () => new Sha512Digest()),
        [11] = new("SHA-224", false, Convert.FromHexString("302D300D06096086480165030402040500041C"), () => new Sha224Digest()),
    };

    public static SignatureHash? Find(byte algorithm) => Known.GetValueOrDefault(algorithm);

    /// <summary>The digest of a version 4 signature: the data, the signature's hashed part and a trailer.</summary>
    public byte[] Compute(byte[] signatureHashedPart, params ReadOnlySpan<byte[]> data)
    {
        var digest = Create();
        foreach (byte[] part in data)
        {
            digest.BlockUpdate(part, 0, part.Length);
        }

        digest.BlockUpdate(signatureHashedPart, 0, signatureHashedPart.Length);
        byte[] trailer = [4, 0xff, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(trailer.AsSpan(2), signatureHashedPart.Length);
        digest.BlockUpdate(trailer, 0, trailer.Length);
        byte[] result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return result;
    }
}
