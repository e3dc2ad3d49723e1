using System.Text;
using Mirror.Core.Verification;

namespace Mirror.Tests.Verification;

/// <summary>Keys and signatures of GnuPG: algorithms, subkeys, expiry, revocation.</summary>
public sealed class OpenPgpKeysTests(Gpg gpg) : IClassFixture<Gpg>
{
    private static readonly byte[] Document = Encoding.ASCII.GetBytes(
        new string('a', 64) + "  terraform-provider-x_1.0.0_linux_amd64.zip\n");
    private static readonly OpenPgpVerifier Verifier = new(TimeProvider.System);

    [Theory]
    [InlineData("rsa2048", "RSA 2048")]
    [InlineData("dsa2048", "DSA 2048")]
    [InlineData("nistp256", "ECDSA P-256")]
    [InlineData("nistp384", "ECDSA P-384")]
    [InlineData("nistp521", "ECDSA P-521")]
    [InlineData("brainpoolP256r1", "ECDSA brainpoolP256r1")]
    [InlineData("secp256k1", "ECDSA secp256k1")]
    [InlineData("ed25519", "Ed25519")]
    public void Signature_OfEveryAlgorithm_Verifies(string algorithm, string description)
    {
        string owner = $"{description} <{algorithm}@example.com>";
        string fingerprint = gpg.MakeKey(owner, algorithm);
        byte[] signature = gpg.Sign(Document, fingerprint);
        string key = gpg.Export(fingerprint);

        var valid = Valid(Verifier.Verify(Document, signature, [key]));
        Assert.Equal(fingerprint, valid.Key.Fingerprint);
        Assert.Equal(fingerprint, valid.SigningFingerprint);
        Assert.Null(valid.SubkeyFingerprint);
        Assert.Equal(owner, valid.Key.UserId);
        Assert.Equal(description, valid.Key.Algorithm);
        Assert.Null(valid.Key.Expires);
        Assert.False(valid.IsExpired);

        Assert.Equal(SignatureFault.BadSignature, Fault([.. Document, (byte)'\n'], signature, key).Fault);
        signature[^3] ^= 0x20;
        Assert.Equal(SignatureFault.BadSignature, Fault(Document, signature, key).Fault);
    }

    [Theory]
    [InlineData("SHA256")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    [InlineData("SHA224")]
    public void Signature_OverASecureHash_Verifies(string hash)
    {
        string fingerprint = gpg.MakeKey($"{hash} <{hash}@example.com>", "rsa2048");

        Valid(Verifier.Verify(Document, gpg.Sign(Document, fingerprint, "--digest-algo", hash), [gpg.Export(fingerprint)]));
    }

    [Theory]
    [InlineData("SHA1")]
    [InlineData("RIPEMD160")]
    public void Signature_OverABrokenHash_IsUnsupported(string hash)
    {
        string fingerprint = gpg.MakeKey($"{hash} <{hash}@example.com>", "rsa2048");

        var invalid = Fault(Document, gpg.Sign(Document, fingerprint, "--digest-algo", hash), gpg.Export(fingerprint));
        Assert.Equal(SignatureFault.UnsupportedSignature, invalid.Fault);
        Assert.Contains("expected SHA-256", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signature_OverText_IsUnsupported()
    {
        string fingerprint = gpg.MakeKey("Text <text@example.com>", "ed25519");

        var invalid = Fault(Document, gpg.Sign(Document, fingerprint, "--textmode"), gpg.Export(fingerprint));
        Assert.Equal(SignatureFault.UnsupportedSignature, invalid.Fault);
    }

    [Fact]
    public void Signature_ArmoredByGpg_IsReportedAsArmored()
    {
        string fingerprint = gpg.MakeKey("Armored <armored@example.com>", "ed25519");

        Assert.Equal(
            SignatureFault.ArmoredSignature, Fault(Document, gpg.Sign(Document, fingerprint, "--armor"), gpg.Export(fingerprint)).Fault);
    }

    [Fact]
    public void Signature_WithACriticalNotation_IsUnsupported()
    {
        string fingerprint = gpg.MakeKey("Notation <notation@example.com>", "ed25519");
        string key = gpg.Export(fingerprint);

        Valid(Verifier.Verify(Document, gpg.Sign(Document, fingerprint, "--sig-notation", "a@example.com=b"), [key]));
        Assert.Equal(
            SignatureFault.UnsupportedSignature,
            Fault(Document, gpg.Sign(Document, fingerprint, "--sig-notation", "!a@example.com=b"), key).Fault);
    }

    [Theory]
    [InlineData("rsa2048", "ed25519")]
    [InlineData("ed25519", "nistp256/ecdsa")]
    [InlineData("nistp256", "rsa2048")]
    public void Signature_BySubkey_NamesBothKeys(string primary, string algorithm)
    {
        string fingerprint = gpg.MakeKey($"Subkey <{primary}@example.com>", primary);
        gpg.AddSubkey(fingerprint, primary == "rsa2048" ? "rsa2048" : "cv25519", "encr");
        string subkey = gpg.AddSubkey(fingerprint, algorithm);

        var valid = Valid(Verifier.Verify(Document, gpg.Sign(Document, subkey + "!"), [gpg.Export(fingerprint)]));
        Assert.Equal(fingerprint, valid.Key.Fingerprint);
        Assert.Equal(subkey, valid.SubkeyFingerprint);
    }

    [Fact]
    public void Signature_BySubkeyOfAnotherKey_IsRejected()
    {
        string owner = gpg.MakeKey("Owner <owner@example.com>", "ed25519");
        string subkey = gpg.AddSubkey(owner, "ed25519");
        byte[] signature = gpg.Sign(Document, subkey + "!");
        string thief = gpg.MakeKey("Thief <thief@example.com>", "ed25519");

        // The subkey and its binding signature follow the attacker's own packets.
        byte[] owned = Armor.Decode(gpg.Export(owner));
        byte[] grafted = [.. Armor.Decode(gpg.Export(thief)), .. owned[SubkeyStart(owned)..]];

        // Another key issued the binding, so the attacker's key does not have this subkey.
        Assert.Equal(SignatureFault.UnknownKey, Fault(Document, signature, Armor.Encode(grafted)).Fault);
        Assert.True(SigningKey.TryParse(Armor.Encode(grafted), TestData.Now, out var key, out _));
        Assert.Equal(thief, key.Fingerprint);
    }

    [Fact]
    public void Key_WithAChangedBindingSignature_IsMalformed()
    {
        string fingerprint = gpg.MakeKey("Binding <binding@example.com>", "ed25519");
        string subkey = gpg.AddSubkey(fingerprint, "ed25519");
        byte[] key = Armor.Decode(gpg.Export(fingerprint));
        key[^1] ^= 1;

        var invalid = Fault(Document, gpg.Sign(Document, subkey + "!"), Armor.Encode(key));
        Assert.Equal(SignatureFault.MalformedKey, invalid.Fault);
        Assert.Contains(subkey, invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_WithAReplacedUserId_IsMalformed()
    {
        string fingerprint = gpg.MakeKey("Honest <honest@example.com>", "ed25519");
        byte[] key = Armor.Decode(gpg.Export(fingerprint));
        int name = key.AsSpan().IndexOf("Honest"u8);
        "Forged"u8.CopyTo(key.AsSpan(name));

        Assert.False(SigningKey.TryParse(Armor.Encode(key), TestData.Now, out _, out string? refusal));
        Assert.Equal("has a self-signature over the user id 'Forged <honest@example.com>' that does not verify", refusal);
    }

    [Fact]
    public void Key_WithoutItsUserId_IsMalformed()
    {
        string fingerprint = gpg.MakeKey("Bare <bare@example.com>", "ed25519");
        byte[] key = Armor.Decode(gpg.Export(fingerprint));

        Assert.False(SigningKey.TryParse(Armor.Encode(key[..(key[1] + 2)]), TestData.Now, out _, out string? refusal));
        Assert.Contains("no self-signed user id", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_ForCertificationOnly_IsRejected()
    {
        // GnuPG refuses to sign with such a key. A permitted subkey signs instead, and the signature is changed to name the primary key.
        string fingerprint = gpg.MakeKey("Certifier <certifier@example.com>", "ed25519", "cert");
        string subkey = gpg.AddSubkey(fingerprint, "ed25519");
        byte[] signature = gpg.Sign(Document, subkey + "!");
        string text = Encoding.Latin1.GetString(signature)
            .Replace(Raw(subkey), Raw(fingerprint), StringComparison.Ordinal)
            .Replace(Raw(subkey[^16..]), Raw(fingerprint[^16..]), StringComparison.Ordinal);

        Assert.Equal(SignatureFault.UnknownKey, Fault(Document, Encoding.Latin1.GetBytes(text), gpg.Export(fingerprint)).Fault);
    }

    [Fact]
    public void Keys_InOneBlock_AreBothTried()
    {
        string first = gpg.MakeKey("First <first@example.com>", "ed25519");
        string second = gpg.MakeKey("Second <second@example.com>", "nistp256");
        string block = Armor.Encode([.. Armor.Decode(gpg.Export(first)), .. Armor.Decode(gpg.Export(second))]);

        Assert.Equal(second, Valid(Verifier.Verify(Document, gpg.Sign(Document, second), [block])).Key.Fingerprint);
    }

    [Fact]
    public void Key_Expired_IsAcceptedAndReported()
    {
        string fingerprint = gpg.MakeKey("Expired <expired@example.com>", "ed25519", expires: "2020-06-01", now: "20200101T000000");
        byte[] signature = gpg.Sign(Document, fingerprint, "--faked-system-time", "20200201T000000!");

        var valid = Valid(Verifier.Verify(Document, signature, [gpg.Export(fingerprint)]));
        Assert.True(valid.IsExpired);
        Assert.Equal(2020, valid.Key.Expires!.Value.Year);
        Assert.Equal(new DateTimeOffset(2020, 2, 1, 0, 0, 0, TimeSpan.Zero), valid.Created);
        Assert.True(valid.Key.IsExpiredAt(DateTimeOffset.UnixEpoch.AddYears(60)));
        Assert.False(valid.Key.IsExpiredAt(valid.Created));
    }

    [Fact]
    public void Subkey_Expired_IsAcceptedAndReported()
    {
        string fingerprint = gpg.MakeKey("Expired <expired-subkey@example.com>", "ed25519", now: "20200101T000000");
        string subkey = gpg.AddSubkey(fingerprint, "ed25519", expires: "2020-06-01", now: "20200101T000000");
        byte[] signature = gpg.Sign(Document, subkey + "!", "--faked-system-time", "20200201T000000!");

        var valid = Valid(Verifier.Verify(Document, signature, [gpg.Export(fingerprint)]));
        Assert.True(valid.IsExpired);
        Assert.Null(valid.Key.Expires);
    }

    [Fact]
    public void Signature_Expired_IsAcceptedAndReported()
    {
        string fingerprint = gpg.MakeKey("Brief <brief@example.com>", "ed25519", now: "20200101T000000");
        byte[] signature = gpg.Sign(Document, fingerprint, "--faked-system-time", "20200201T000000!", "--default-sig-expire", "30d");

        Assert.True(Valid(Verifier.Verify(Document, signature, [gpg.Export(fingerprint)])).IsExpired);
    }

    [Fact]
    public void Key_Revoked_IsRejected()
    {
        string fingerprint = gpg.MakeKey("Revoked <revoked@example.com>", "rsa2048");
        byte[] signature = gpg.Sign(Document, fingerprint);
        gpg.Revoke(fingerprint);
        string key = gpg.Export(fingerprint);

        Assert.Equal(SignatureFault.RevokedKey, Fault(Document, signature, key).Fault);
        Assert.True(SigningKey.TryParse(key, TestData.Now, out var described, out _));
        Assert.True(described.IsRevoked);
    }

    [Fact]
    public void Subkey_Revoked_IsRejectedWhileItsPrimaryKeyIsAccepted()
    {
        string fingerprint = gpg.MakeKey("Revoked <revoked-subkey@example.com>", "ed25519");
        string subkey = gpg.AddSubkey(fingerprint, "ed25519");
        byte[] bySubkey = gpg.Sign(Document, subkey + "!");
        gpg.RevokeFirstSubkey(fingerprint);
        string key = gpg.Export(fingerprint);

        Assert.Equal(SignatureFault.RevokedKey, Fault(Document, bySubkey, key).Fault);
        Valid(Verifier.Verify(Document, gpg.Sign(Document, fingerprint + "!"), [key]));
    }

    [Fact]
    public void Key_Secret_IsRejectedByName()
    {
        string fingerprint = gpg.MakeKey("Secret <secret@example.com>", "ed25519");

        Assert.False(SigningKey.TryParse(gpg.ExportSecret(fingerprint), TestData.Now, out _, out string? refusal));
        Assert.Equal("is a 'PGP PRIVATE KEY BLOCK'; expected a 'PGP PUBLIC KEY BLOCK'", refusal);
    }

    private static int SubkeyStart(byte[] key)
    {
        // Old-format packets with one- and two-byte lengths, as GnuPG writes them. Tag 14 is a subkey.
        int position = 0;
        while (((key[position] >> 2) & 15) != 14)
        {
            position += (key[position] & 3) == 0 ? 2 + key[position + 1] : 3 + (key[position + 1] << 8) + key[position + 2];
        }

        return position;
    }

    private static string Raw(string hex) => Encoding.Latin1.GetString(Convert.FromHexString(hex));

    private static SignatureResult.Invalid Fault(byte[] document, byte[] signature, string key) =>
        Assert.IsType<SignatureResult.Invalid>(Verifier.Verify(document, signature, [key]));

    private static SignatureResult.Valid Valid(SignatureResult result) =>
        result as SignatureResult.Valid ?? throw new Xunit.Sdk.XunitException(result.ToString());
}
