using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace Mirror.Web.Hosting.Demo;

/// <summary>
/// A publisher's OpenPGP key, generated in memory. It signs example releases as
/// https://developer.hashicorp.com/terraform/registry/providers/publishing requires (RSA, detached, binary).
/// </summary>
public sealed class OpenPgpSigner
{
    private const int KeySize = 2048;

    private readonly PgpPrivateKey _privateKey;
    private readonly PgpPublicKey _publicKey;
    private readonly DateTime _created;

    private OpenPgpSigner(PgpPublicKey publicKey, PgpPrivateKey privateKey, DateTime created)
    {
        _publicKey = publicKey;
        _privateKey = privateKey;
        _created = created;
        ArmoredPublicKey = Encoding.ASCII.GetString(ToArmor(publicKey.GetEncoded()));
    }

    /// <summary>The 64-bit key id in upper-case hexadecimal, as registries write <c>key_id</c>.</summary>
    public string KeyId => Fingerprint[^16..];

    /// <summary>The version 4 fingerprint in upper-case hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexString(_publicKey.GetFingerprint());

    public string ArmoredPublicKey { get; }

    /// <param name="userId">The owner of the key, by convention <c>Name &lt;mail@example.com&gt;</c>.</param>
    /// <param name="created">The creation time of the key and its signatures, in whole seconds; verifiers reject future times.</param>
    /// <param name="validFor">The time from <paramref name="created"/> to the key's expiry; null means that it never expires.</param>
    public static OpenPgpSigner Generate(string userId, DateTimeOffset created, TimeSpan? validFor = null)
    {
        using var rsa = RSA.Create(KeySize);
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

        // Not PgpKeyRingGenerator: it certifies with SHA-1, which verifiers are beginning to reject.
        var certification = new PgpSignatureGenerator(keys.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        certification.InitSign(PgpSignature.PositiveCertification, keys.PrivateKey);
        certification.SetHashedSubpackets(properties.Generate());
        certification.SetUnhashedSubpackets(IssuerOf(keys.PublicKey));
        var publicKey = PgpPublicKey.AddCertification(
            keys.PublicKey, userId, certification.GenerateCertification(userId, keys.PublicKey));
        return new OpenPgpSigner(publicKey, keys.PrivateKey, time);
    }

    /// <summary>Creates a binary detached signature over the exact bytes.</summary>
    public byte[] Sign(byte[] content)
    {
        var generator = new PgpSignatureGenerator(_publicKey.Algorithm, HashAlgorithmTag.Sha256);
        generator.InitSign(PgpSignature.BinaryDocument, _privateKey);
        var properties = new PgpSignatureSubpacketGenerator();
        properties.SetSignatureCreationTime(true, _created);
        generator.SetHashedSubpackets(properties.Generate());
        generator.SetUnhashedSubpackets(IssuerOf(_publicKey));
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

    private static PgpSignatureSubpacketVector IssuerOf(PgpPublicKey key)
    {
        var issuer = new PgpSignatureSubpacketGenerator();
        issuer.SetIssuerKeyID(false, key.KeyId);
        return issuer.Generate();
    }
}
