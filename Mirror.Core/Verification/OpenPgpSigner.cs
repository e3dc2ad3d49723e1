using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace Mirror.Core.Verification;

/// <summary>
/// A publisher's OpenPGP key with its private part. It signs releases as
/// https://developer.hashicorp.com/terraform/registry/providers/publishing requires: detached and binary.
/// </summary>
public sealed class OpenPgpSigner
{
    /// <summary>The maximum length of an armored private key, in characters.</summary>
    public const int MaxArmor = 64 * 1024;

    private readonly PgpSecretKey _key;
    private readonly PgpPrivateKey _privateKey;
    private readonly byte[] _secret;

    private OpenPgpSigner(PgpSecretKeyRing ring, PgpSecretKey key, PgpPrivateKey privateKey)
    {
        (_key, _privateKey, _secret) = (key, privateKey, ring.GetEncoded());
        Fingerprint = Convert.ToHexString(ring.GetPublicKey().GetFingerprint());
        Created = new DateTimeOffset(ring.GetPublicKey().CreationTime, TimeSpan.Zero);
        using var certificate = new MemoryStream();
        foreach (var part in ring.GetSecretKeys())
        {
            part.PublicKey.Encode(certificate);
        }

        ArmoredPublicKey = Encoding.ASCII.GetString(ToArmor(certificate.ToArray()));
    }

    /// <summary>The 64-bit key id in upper-case hexadecimal, as registries write <c>key_id</c>.</summary>
    public string KeyId => Fingerprint[^16..];

    /// <summary>The primary key's fingerprint in upper-case hexadecimal.</summary>
    public string Fingerprint { get; }

    public string ArmoredPublicKey { get; }

    /// <summary>When the primary key was created.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Creates an RSA key.</summary>
    /// <param name="userId">The owner of the key, by convention <c>Name &lt;mail@example.com&gt;</c>.</param>
    /// <param name="created">The creation time of the key, in whole seconds; verifiers reject future times.</param>
    /// <param name="validFor">The time from <paramref name="created"/> to the key's expiry; null means that it never expires.</param>
    /// <param name="bits">The size of the key.</param>
    public static OpenPgpSigner Generate(string userId, DateTimeOffset created, TimeSpan? validFor = null, int bits = 2048)
    {
        using var rsa = RSA.Create(bits);
        var time = created.UtcDateTime;
        var keys = new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, DotNetUtilities.GetRsaKeyPair(rsa), time);

        var properties = new PgpSignatureSubpacketGenerator();
        properties.SetSignatureCreationTime(true, time);
        properties.SetKeyFlags(true, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign);
        properties.SetPreferredHashAlgorithms(false, [(int)HashAlgorithmTag.Sha256, (int)HashAlgorithmTag.Sha512]);
        if (validFor is { } period)
        {
            properties.SetKeyExpirationTime(true, checked((long)period.TotalSeconds));
        }

        var key = new PgpSecretKey(
            PgpSignature.PositiveCertification,
            keys,
            userId,
            SymmetricKeyAlgorithmTag.Null,
            // By default, it certifies with SHA-1, which verifiers are beginning to reject.
            HashAlgorithmTag.Sha256,
            (char[]?)null,
            useSha1: false,
            properties.Generate(),
            IssuerOf(keys.PublicKey),
            new SecureRandom());
        return new OpenPgpSigner(new PgpSecretKeyRing(key.GetEncoded()), key, keys.PrivateKey);
    }

    /// <summary>Reads a private key: a signing subkey of it, if it has one, otherwise the primary key.</summary>
    /// <param name="text">Armored or binary, without a passphrase.</param>
    /// <param name="refusal">A clause that completes "the private key …"; contains nothing of the key.</param>
    public static bool TryParse(
        byte[] text, [NotNullWhen(true)] out OpenPgpSigner? signer, [NotNullWhen(false)] out string? refusal)
    {
        signer = null;
        try
        {
            using var input = PgpUtilities.GetDecoderStream(new MemoryStream(text));
            var ring = new PgpSecretKeyRingBundle(input).GetKeyRings().FirstOrDefault();
            List<PgpSecretKey> keys = [.. ring?.GetSecretKeys().Where(IsUsable).Reverse() ?? []];
            if (ring is null || keys.Count == 0)
            {
                refusal = "contains no private key that can sign";
                return false;
            }

            if (keys.Exists(key => key.KeyEncryptionAlgorithm != SymmetricKeyAlgorithmTag.Null))
            {
                refusal = "is protected by a passphrase, which the server does not know; export it without one";
                return false;
            }

            signer = new OpenPgpSigner(ring, keys[0], keys[0].ExtractPrivateKey(null));
            refusal = null;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library reports malformed keys with many kinds of exceptions, which may quote them.
            refusal = "cannot be read; expected the output of 'gpg --armor --export-secret-keys'";
            return false;
        }
    }

    /// <summary>The key with its private part, for <see cref="TryParse"/>. Encrypt it before it is stored.</summary>
    public byte[] Export() => [.. _secret];

    /// <summary>Creates a binary detached signature over the exact bytes.</summary>
    /// <param name="time">The signing time; null for the creation time of the key.</param>
    public byte[] Sign(byte[] content, DateTimeOffset? time = null)
    {
        var generator = new PgpSignatureGenerator(_key.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.BinaryDocument, _privateKey);
        var properties = new PgpSignatureSubpacketGenerator();
        properties.SetSignatureCreationTime(true, (time ?? Created).UtcDateTime);
        generator.SetHashedSubpackets(properties.Generate());
        generator.SetUnhashedSubpackets(IssuerOf(_key.PublicKey));
        generator.Update(content);
        return generator.Generate().GetEncoded();
    }

    /// <summary>Adds ASCII armor to a binary key or signature. Clients expect an armored key and a binary signature.</summary>
    public static byte[] ToArmor(byte[] packets)
    {
        using var text = new MemoryStream();
        using (var armor = ArmoredOutputStream.Build().ClearHeaders().Build(text))
        {
            armor.Write(packets);
        }

        return text.ToArray();
    }

    /// <summary>Whether the key signs documents. An exported subkey comes without the private part of its primary key.</summary>
    private static bool IsUsable(PgpSecretKey key) =>
        key.IsSigningKey
        && !key.IsPrivateKeyEmpty
        && (key.PublicKey.GetSignatures()
            .Select(signature => signature.GetHashedSubPackets()?.GetKeyFlags() ?? 0)
            .Where(flags => flags != 0)
            .ToList() is { Count: > 0 } all
                ? all.Exists(flags => (flags & PgpKeyFlags.CanSign) != 0)
                : key.IsMasterKey);

    private static PgpSignatureSubpacketVector IssuerOf(PgpPublicKey key)
    {
        var issuer = new PgpSignatureSubpacketGenerator();
        issuer.SetIssuerKeyID(false, key.KeyId);
        return issuer.Generate();
    }
}
