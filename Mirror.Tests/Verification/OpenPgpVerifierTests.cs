using System.Text;
using Mirror.Core.Verification;

namespace Mirror.Tests.Verification;

/// <summary>Real data: HashiCorp's key, and the signature of a provider version by a subkey that has since expired.</summary>
public sealed class OpenPgpVerifierTests
{
    private const string HashiCorp = "C874011F0AB405110D02105534365D9472D7468F";

    private static readonly byte[] Document = File.ReadAllBytes(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS"));
    private static readonly byte[] Signature = File.ReadAllBytes(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS.sig"));
    private static readonly string Key = File.ReadAllText(TestData.Path("hashicorp/hashicorp.asc"));
    private static readonly string PartnersKey = File.ReadAllText(TestData.Path("hashicorp/hashicorp-partners.asc"));

    [Fact]
    public void Signature_OfHashiCorpByItsExpiredSubkey_IsValidAndShownAsExpired()
    {
        var valid = Valid(At("2026-11-21").Verify(Document, Signature, [Key]));

        Assert.Equal(HashiCorp, valid.Key.Fingerprint);
        Assert.Equal("34365D9472D7468F", valid.Key.KeyId);
        Assert.Equal("HashiCorp Security (hashicorp.com/security) <security@hashicorp.com>", valid.Key.UserId);
        Assert.Equal("B36CBA91A2C0730C435FC280B0B441097685B676", valid.SubkeyFingerprint);
        Assert.Equal(valid.SubkeyFingerprint, valid.SigningFingerprint);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1619111814), valid.Created);
        Assert.True(valid.IsExpired);
        Assert.False(valid.Key.IsExpiredAt(Date("2026-11-21")));
    }

    [Fact]
    public void Signature_BeforeItsSubkeyExpires_IsNotShownAsExpired()
    {
        Assert.False(Valid(At("2021-05-01").Verify(Document, Signature, [Key])).IsExpired);
    }

    [Fact]
    public void Key_OfHashiCorp_IsDescribed()
    {
        Assert.True(SigningKey.TryParse(Key, TestData.Now, out var key, out _));
        Assert.Equal(HashiCorp, key.Fingerprint);
        Assert.Equal("RSA 4096", key.Algorithm);
        Assert.Equal(new DateOnly(2021, 4, 19), DateOnly.FromDateTime(key.Created.UtcDateTime));
        Assert.Equal(new DateOnly(2030, 3, 1), DateOnly.FromDateTime(key.Expires!.Value.UtcDateTime));
        Assert.False(key.IsRevoked);
    }

    [Fact]
    public void Keys_MoreThanOne_AreTriedInOrder()
    {
        var valid = Valid(At("2026-11-21").Verify(Document, Signature, [PartnersKey, "no armor at all", Key]));

        Assert.Equal(2, valid.KeyIndex);
        Assert.Equal(HashiCorp, valid.Key.Fingerprint);
        Assert.Contains(
            "Offered key 2 has no line '-----BEGIN PGP PUBLIC KEY BLOCK-----'",
            Assert.Single(valid.UnreadableKeys),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_None_HasItsOwnFailureKind()
    {
        Assert.Equal(SignatureFault.NoKeys, Fault([]).Fault);
    }

    [Fact]
    public void Key_OfAnotherSigner_IsUnknownAndBothAreNamed()
    {
        var invalid = Fault([PartnersKey]);

        Assert.Equal(SignatureFault.UnknownKey, invalid.Fault);
        Assert.Contains("B0B441097685B676", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("7D72D4268E4660FC", invalid.Message, StringComparison.Ordinal);
    }

    /// <summary>An origin can choose its keys, its signatures, and the length of its SHA256SUMS.</summary>
    [Fact]
    public void Keys_TakingTooLongToCheck_AreSkipped()
    {
        byte[] document = new byte[1 << 20];
        byte[] signatures = [.. Enumerable.Repeat(Signature, 16).SelectMany(signature => signature)];

        var result = At("2026-11-21").Verify(document, signatures, [.. Enumerable.Repeat(Key, 64)]);

        var invalid = Assert.IsType<SignatureResult.Invalid>(result);
        Assert.Equal(SignatureFault.BadSignature, invalid.Fault);
        Assert.Contains("Offered key 64 exceeds, with the keys before it, the time limit for signature checks.", invalid.Message);
        Assert.Empty(SigningKey.FindValid(Enumerable.Repeat(Key, 1000), key => key).Skip(OpenPgpVerifier.MaxKeys));
    }

    [Fact]
    public void Document_Changed_HasABadSignature()
    {
        byte[] changed = [.. Document];
        changed[3] ^= 1;

        Assert.Equal(SignatureFault.BadSignature, Fault([Key], document: changed).Fault);
        Assert.Equal(SignatureFault.BadSignature, Fault([Key], document: Document[..^1]).Fault);
        Assert.Equal(SignatureFault.BadSignature, Fault([Key], document: []).Fault);
    }

    [Fact]
    public void Signature_Changed_IsInvalid()
    {
        byte[] changed = [.. Signature];
        changed[^5] ^= 1;

        Assert.Equal(SignatureFault.BadSignature, Fault([Key], signature: changed).Fault);
    }

    [Fact]
    public void Signature_Armored_ReportsThatBinaryIsExpected()
    {
        string armored = $"-----BEGIN PGP SIGNATURE-----\n\n{Convert.ToBase64String(Signature)}\n-----END PGP SIGNATURE-----\n";

        var invalid = Fault([Key], signature: Encoding.ASCII.GetBytes(armored));
        Assert.Equal(SignatureFault.ArmoredSignature, invalid.Fault);
        Assert.Contains("binary", invalid.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> MalformedSignatures() => new()
    {
        { "empty", [] },
        { "text", "<html>404</html>"u8.ToArray() },
        { "cut off", Signature[..100] },
        { "too long", new byte[100_000] },
        { "another packet", [0xcd, 0x01, 0x41] },
        { "nothing but a marker", [0xca, 0x03, 0x50, 0x47, 0x50] },
        { "partial length", [0xc2, 0xe5, 0x04] },
        { "indeterminate length", [0x8b, 0x04] },
    };

    [Theory]
    [MemberData(nameof(MalformedSignatures))]
    public void Signature_OtherThanOpenPgp_IsMalformed(string what, byte[] signature)
    {
        var invalid = Fault([Key], signature: signature);

        Assert.True(invalid.Fault == SignatureFault.MalformedSignature, $"{what}: {invalid}");
    }

    [Fact]
    public void Signature_FollowedByAnother_IsStillFound()
    {
        byte[] foreign = [.. Signature];
        int keyId = foreign.AsSpan().IndexOf(Convert.FromHexString("B0B441097685B676"));
        foreign[keyId] ^= 1;

        Assert.Equal(HashiCorp, Valid(At("2026-11-21").Verify(Document, [.. foreign, .. Signature], [Key])).Key.Fingerprint);
    }

    [Fact]
    public void Signature_OfAnotherVersion_IsUnsupported()
    {
        var invalid = Fault([Key], signature: [0xc2, 0x03, 0x03, 0x05, 0x00]);

        Assert.Equal(SignatureFault.UnsupportedSignature, invalid.Fault);
        Assert.Contains("version 3", invalid.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> MalformedKeys() => new()
    {
        { "", "no line" },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----", "armor headers" },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", "no blank line" },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----", "contains no key" },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nA*A=\n-----END PGP PUBLIC KEY BLOCK-----", "not base64" },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBGB9+xkBEACabYZOWKmg\n-----END PGP PUBLIC KEY BLOCK-----", "truncated" },
        { "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----", "expected a 'PGP PUBLIC KEY BLOCK'" },
        { Key[..2000], "truncated" },
        { Key.Replace("mQINBGB9", "mQINBGB8", StringComparison.Ordinal), "checksum" },
        { new string('A', 600_000), "at most" },
    };

    [Theory]
    [MemberData(nameof(MalformedKeys))]
    public void Key_Unreadable_ReportsWhatWasFound(string armor, string reason)
    {
        var invalid = Fault([armor]);

        Assert.Equal(SignatureFault.MalformedKey, invalid.Fault);
        Assert.Contains(reason, invalid.Message, StringComparison.Ordinal);
        Assert.False(SigningKey.TryParse(armor, TestData.Now, out _, out string? refusal));
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_OtherPackets_ReportsWhatWasFound()
    {
        Assert.False(SigningKey.TryParse(Armor.Encode(Signature), TestData.Now, out _, out string? refusal));
        Assert.Equal("begins with an OpenPGP packet of type 2; expected a public key", refusal);
    }

    [Theory]
    [InlineData(
        "hashicorp/hashicorp.asc",
        "hashicorp/terraform-provider-null_3.1.0_SHA256SUMS",
        "hashicorp/terraform-provider-null_3.1.0_SHA256SUMS.sig",
        100)]
    [InlineData("openpgp/ed25519.asc", "openpgp/SHA256SUMS", "openpgp/ed25519.sig", 400)]
    [InlineData("openpgp/nistp256.asc", "openpgp/SHA256SUMS", "openpgp/nistp256.sig", 400)]
    [InlineData("openpgp/dsa2048.asc", "openpgp/SHA256SUMS", "openpgp/dsa2048.sig", 60)]
    public void Input_MutatedAtRandom_NeverThrowsNorVerifiesWhatWasNotSigned(
        string keyFile, string documentFile, string signatureFile, int rounds)
    {
        var verifier = At("2026-11-21");
        var random = new Random(20261121);
        byte[] key = Armor.Decode(File.ReadAllText(TestData.Path(keyFile)));
        byte[] document = File.ReadAllBytes(TestData.Path(documentFile));
        byte[] signature = File.ReadAllBytes(TestData.Path(signatureFile));
        string signer = Valid(verifier.Verify(document, signature, [Armor.Encode(key)])).SigningFingerprint;
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutatedKey = round % 2 == 0 ? Mutate(key, random) : key;
            byte[] mutatedSignature = round % 3 == 0 ? Mutate(signature, random) : signature;
            byte[] mutatedDocument = round % 5 == 0 ? Mutate(document, random) : document;

            var result = verifier.Verify(mutatedDocument, mutatedSignature, [Armor.Encode(mutatedKey)]);

            if (result is SignatureResult.Valid valid)
            {
                Assert.Equal(signer, valid.SigningFingerprint);
                Assert.Equal(document, mutatedDocument);
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] mutated = [.. original];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            // Mostly near the start, which contains the structure.
            int end = random.Next(3) == 0 ? mutated.Length : Math.Min(mutated.Length, 64);
            mutated[random.Next(end)] = (byte)random.Next(256);
        }

        return random.Next(8) == 0 ? mutated[..random.Next(1, mutated.Length)] : mutated;
    }

    private static SignatureResult.Invalid Fault(string[] keys, byte[]? document = null, byte[]? signature = null) =>
        Assert.IsType<SignatureResult.Invalid>(At("2026-11-21").Verify(document ?? Document, signature ?? Signature, keys));

    private static SignatureResult.Valid Valid(SignatureResult result) =>
        result as SignatureResult.Valid ?? throw new Xunit.Sdk.XunitException(result.ToString());

    private static OpenPgpVerifier At(string date) => new(new FixedTime(Date(date)));

    private static DateTimeOffset Date(string date) =>
        DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
}
