using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace Mirror.Tests.Verification;

/// <summary>A self-signature to create. Times are days from the creation of the key.</summary>
/// <param name="Made">The creation time of the signature.</param>
/// <param name="KeyLifetime">The lifetime of the key in the signature; null: the signature does not contain it.</param>
/// <param name="Lifetime">The lifetime of the signature itself; null: unlimited.</param>
/// <param name="Revokes">Revokes the key or user id instead of certifying it.</param>
internal sealed record SelfSignature(int Made, int? KeyLifetime = null, int? Lifetime = null, bool Revokes = false);

/// <summary>
/// Builds keys signature by signature, including combinations that occur because several programs wrote a key or a key server merged it.
/// GnuPG itself creates only some of them.
/// </summary>
internal static class SelfSignedKey
{
    private static readonly Lazy<RSA> Rsa = new(() => RSA.Create(1024));
    private static readonly Lazy<RSA> SubkeyRsa = new(() => RSA.Create(1024));

    public static byte[] Make(
        DateTimeOffset created,
        IReadOnlyList<SelfSignature> direct,
        IReadOnlyList<IReadOnlyList<SelfSignature>> userIds,
        IReadOnlyList<SelfSignature>? subkey = null)
    {
        var primary = Pair(Rsa.Value, created);
        using var key = new MemoryStream();
        key.Write(primary.PublicKey.GetEncoded());
        foreach (var signature in direct)
        {
            key.Write(Generator(primary, PgpSignature.DirectKey, created, signature, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign)
                .GenerateCertification(primary.PublicKey).GetEncoded());
        }

        for (int i = 0; i < userIds.Count; i++)
        {
            string name = $"User {i} <{i}@example.com>";
            key.Write([0xb4, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)]);
            foreach (var signature in userIds[i])
            {
                int type = signature.Revokes ? PgpSignature.CertificationRevocation : PgpSignature.PositiveCertification;
                key.Write(Generator(primary, type, created, signature, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign)
                    .GenerateCertification(name, primary.PublicKey).GetEncoded());
            }
        }

        if (subkey is not null)
        {
            var second = Pair(SubkeyRsa.Value, created);
            byte[] packet = second.PublicKey.GetEncoded();
            packet[0] = (byte)(0x80 | (14 << 2) | (packet[0] & 3)); // A public subkey packet, whose length has the same number of bytes.
            key.Write(packet);
            foreach (var signature in subkey)
            {
                key.Write(Generator(primary, PgpSignature.SubkeyBinding, created, signature, PgpKeyFlags.CanEncryptStorage)
                    .GenerateCertification(primary.PublicKey, second.PublicKey).GetEncoded());
            }
        }

        return key.ToArray();
    }

    private static PgpKeyPair Pair(RSA rsa, DateTimeOffset created) =>
        new(PublicKeyAlgorithmTag.RsaGeneral, DotNetUtilities.GetRsaKeyPair(rsa), created.UtcDateTime);

    private static PgpSignatureGenerator Generator(
        PgpKeyPair primary, int type, DateTimeOffset created, SelfSignature signature, int flags)
    {
        var properties = new PgpSignatureSubpacketGenerator();
        properties.SetSignatureCreationTime(true, created.UtcDateTime.AddDays(signature.Made));
        if (!signature.Revokes)
        {
            properties.SetKeyFlags(true, flags);
        }

        if (signature.KeyLifetime is { } days)
        {
            properties.SetKeyExpirationTime(true, days * 86400L);
        }

        if (signature.Lifetime is { } lifetime)
        {
            properties.SetSignatureExpirationTime(true, lifetime * 86400L);
        }

        var issuer = new PgpSignatureSubpacketGenerator();
        issuer.SetIssuerKeyID(false, primary.KeyId);
        var generator = new PgpSignatureGenerator(primary.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(type, primary.PrivateKey);
        generator.SetHashedSubpackets(properties.Generate());
        generator.SetUnhashedSubpackets(issuer.Generate());
        return generator;
    }
}
