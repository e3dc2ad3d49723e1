using System.Buffers.Binary;
using Mirror.Core.Verification.OpenPgp;

namespace Mirror.Tests.Verification;

/// <summary>The formats of keys and signatures, byte by byte: packets, signatures and their subpackets.</summary>
public sealed class OpenPgpFormatTests
{
    private static readonly byte[] At = [5, 2, 0x60, 0, 0, 0];

    [Theory]
    [InlineData("", "")]
    [InlineData("88014189000241428A0000000343444588" + "00", "2:41 2:4142 2:434445 2:")]
    [InlineData("C20141C2FF0000000141D500", "2:41 2:41 21:")]
    [InlineData("9900018DB401FF", "6:8D 13:FF")]
    [InlineData("8B0141", "has a packet of indeterminate length")]
    [InlineData("C2E04141", "has a packet of partial length, which is not allowed in keys and signatures")]
    [InlineData("C2FE4141", "has a packet of partial length, which is not allowed in keys and signatures")]
    [InlineData("C2014141", "has byte 0x41 where an OpenPGP packet should begin")]
    [InlineData("C2", "is truncated: expected 1 bytes, found 0")]
    [InlineData("C20241", "is truncated: expected 2 bytes, found 1")]
    [InlineData("C2FF000000", "is truncated: expected 4 bytes, found 3")]
    [InlineData("C2FFFFFFFFFF41", "is truncated: expected 4294967295 bytes, found 1")]
    public void Packets_OfDefiniteLength_AreParsed(string hex, string expected)
    {
        string found;
        try
        {
            var packets = PacketReader.ReadAll(Convert.FromHexString(hex));
            found = string.Join(' ', packets.Select(packet => $"{(int)packet.Tag}:{Convert.ToHexString(packet.Body)}"));
        }
        catch (InvalidDataException e)
        {
            found = e.Message;
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("BF", 191)]
    [InlineData("C000", 192)]
    [InlineData("C5FB", 1723)]
    [InlineData("DFFF", 8383)]
    [InlineData("FF00010000", 65536)]
    public void Length_OfEveryForm_IsParsed(string hex, int expected)
    {
        byte[] packet = [0xc2, .. Convert.FromHexString(hex), .. new byte[expected]];

        Assert.Equal(expected, Assert.Single(PacketReader.ReadAll(packet)).Body.Length);
        Assert.Equal(
            $"is truncated: expected {expected} bytes, found {expected - 1}",
            Refusal(() => PacketReader.ReadAll(packet.AsSpan(..^1))));
    }

    [Fact]
    public void Packets_OfMaximumNumber_AreParsed()
    {
        byte[] most = [.. Enumerable.Repeat<byte[]>([0x88, 0], 4096).SelectMany(packet => packet)];

        Assert.Equal(4096, PacketReader.ReadAll(most).Count);
        Assert.Equal("has more than 4096 OpenPGP packets", Refusal(() => PacketReader.ReadAll([.. most, 0x88, 0])));
    }

    [Fact]
    public void Signature_WithSubpackets_IsParsed()
    {
        byte[] hashed = [.. At, 5, 3, 0, 0, 0, 60, 5, 9, 0, 0, 1, 0, 2, 25, 1, 2, 27, 3, 3, 4 | 0x80, 1, 0];
        byte[] unhashed = [9, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 8, 7, 6, 5, 4, 3, 2, 1];
        var signature = SignaturePacket.Parse(Body(hashed, unhashed));

        Assert.Equal(
            (4, SignatureType.SubkeyBinding, 22, "SHA-256"),
            (signature.Version, signature.Type, signature.Algorithm, signature.Hash!.Name));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(0x60000000), signature.Created);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(256)), (signature.Lifetime, signature.KeyLifetime));
        Assert.Equal((true, true), (signature.IsPrimaryUserId, signature.MaySign));
        Assert.Equal(
            ("0102030405060708", "0102030405060708", null),
            (signature.Issuer, signature.IssuerKeyId, signature.IssuerFingerprint));
        Assert.Null(signature.Unsupported);
        Assert.Equal(Body(hashed, unhashed)[..(6 + hashed.Length)], signature.HashedPart);
        Assert.Equal(("ABCD", "FEED"), (Convert.ToHexString(signature.DigestStart), Convert.ToHexString(signature.Fields)));
    }

    /// <summary>Unsigned data is ignored, unless it proves itself.</summary>
    [Fact]
    public void Signature_WithUnsignedSubpackets_UsesOnlyTheirIssuer()
    {
        byte[] fingerprint = [22, 33, 4, .. Enumerable.Repeat<byte>(0xab, 20)];
        byte[] unhashed = [5, 2, 0, 0, 0, 1, 5, 3, 0, 0, 0, 60, 5, 9, 0, 0, 0, 60, 2, 25, 1, 2, 27, 2, 2, 100 | 0x80, 1, .. fingerprint];
        var signature = SignaturePacket.Parse(Body(At, unhashed));

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(0x60000000), signature.Created);
        Assert.Equal((null, null, false, null), (signature.Lifetime, signature.KeyLifetime, signature.IsPrimaryUserId, signature.MaySign));
        Assert.Equal(string.Concat(Enumerable.Repeat("AB", 20)), signature.Issuer);
        Assert.Null(signature.Unsupported);
        Assert.Equal("has no creation time", Refusal(() => SignaturePacket.Parse(Body([], At))));
    }

    [Theory]
    // Subpackets: key flags, primary user id, times of zero, issuers in another form.
    [InlineData("021B02", "sign")]
    [InlineData("021B01", "not sign")]
    [InlineData("021BFD", "not sign")]
    [InlineData("011B", "not sign")]
    [InlineData("021901", "primary")]
    [InlineData("021900", "")]
    [InlineData("0119", "")]
    [InlineData("03190101", "")]
    [InlineData("050300000000050900000000", "")]
    [InlineData("09100102030405060708162105ABABABABABABABABABABABABABABABABABABABAB", "0102030405060708")]
    [InlineData("08100102030405060B", "")]
    [InlineData("0A1001020304050607080A", "")]
    [InlineData("162103ABABABABABABABABABABABABABABABABABABABAB", "")]
    [InlineData("152104ABABABABABABABABABABABABABABABABABABAB", "")]
    // A critical subpacket must be known.
    [InlineData("02E401", "has a critical subpacket of type 100, which is unknown")]
    [InlineData("02E40102E501", "has a critical subpacket of type 100, which is unknown")]
    [InlineData("026401", "")]
    [InlineData("058260000000", "")]
    [InlineData("058300000000", "")]
    [InlineData("058900000000", "")]
    [InlineData("029901", "primary")]
    [InlineData("029B02", "sign")]
    [InlineData("029E01", "")]
    [InlineData("09900102030405060708", "0102030405060708")]
    [InlineData("02FB01", "has a critical subpacket of type 123, which is unknown")]
    public void Subpacket_OfAnyType_IsDescribed(string hex, string expected)
    {
        var signature = SignaturePacket.Parse(Body([.. At, .. Convert.FromHexString(hex)], []));
        string maySign = signature.MaySign switch { true => "sign", false => "not sign", null => "" };
        string primary = signature.IsPrimaryUserId ? "primary" : "";

        Assert.Equal(expected, $"{maySign}{primary}{signature.Issuer}{signature.Lifetime}{signature.KeyLifetime}{signature.Unsupported}");
    }

    [Theory]
    [InlineData("", "is truncated: expected 1 bytes, found 0")]
    [InlineData("00", "has an empty subpacket")]
    [InlineData("0402000000", "has a malformed time")]
    [InlineData("06020000000000", "has a malformed time")]
    [InlineData("0403000000", "has a malformed time")]
    [InlineData("0409000000", "has a malformed time")]
    public void Signature_Malformed_ReportsTheReason(string hex, string expected) => Assert.Equal(
        expected,
        Refusal(() => SignaturePacket.Parse(hex.Length == 0 ? [] : Body([.. At, .. Convert.FromHexString(hex)], []))));

    [Fact]
    public void Signature_Truncated_IsMalformed()
    {
        byte[] body = Body(At, [9, 16, 1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.Equal("", Convert.ToHexString(SignaturePacket.Parse(body[..^2]).Fields));
        for (int length = 0; length < body.Length - 2; length++)
        {
            Assert.StartsWith("is truncated: ", Refusal(() => SignaturePacket.Parse(body[..length])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Signature_Unsupported_ReportsTheReason()
    {
        byte[] hash = Body(At, []);
        hash[3] = 1;

        Assert.Equal("is an OpenPGP signature of version 6; expected version 4", SignaturePacket.Parse([6, 0]).Unsupported);
        Assert.Equal(
            "uses hash algorithm 1, which is unknown or broken; expected SHA-256, SHA-384, SHA-512 or SHA-224",
            SignaturePacket.Parse(hash).Unsupported);
    }

    [Fact]
    public void Signature_EmbeddedInASignature_IsParsedOnlyOneLevelDeep()
    {
        byte[] inner = Body(At, [9, 16, 1, 1, 1, 1, 1, 1, 1, 1]);
        byte[] middle = Body(At, [.. Subpacket(32, inner), 9, 16, 2, 2, 2, 2, 2, 2, 2, 2]);
        var signature = SignaturePacket.Parse(Body(At, [.. Subpacket(32, middle), .. Subpacket(32, inner)]));

        Assert.Equal("0202020202020202", signature.Embedded!.Issuer);
        Assert.Null(signature.Embedded.Embedded);
    }

    [Fact]
    public void Issuer_ByFingerprint_TakesPrecedenceOverKeyId()
    {
        var key = PublicKeyPacket.Parse(PacketReader.ReadAll(Armor.Decode(File.ReadAllText(TestData.Path("openpgp/ed25519.asc"))))[0].Body);
        byte[] id = [9, 16, .. Convert.FromHexString(key.KeyId)];
        byte[] fingerprint = [22, 33, 4, .. Convert.FromHexString(key.Fingerprint)];
        byte[] other = [22, 33, 4, .. new byte[20]];

        Assert.True(SignaturePacket.Parse(Body(At, [.. fingerprint, .. other])).IsIssuedBy(key));
        Assert.True(SignaturePacket.Parse(Body(At, id)).IsIssuedBy(key));
        Assert.True(SignaturePacket.Parse(Body(At, fingerprint)).IsIssuedBy(key));
        Assert.False(SignaturePacket.Parse(Body(At, [.. id, .. other])).IsIssuedBy(key));
        Assert.False(SignaturePacket.Parse(Body(At, [9, 16, 0, 0, 0, 0, 0, 0, 0, 0])).IsIssuedBy(key));
        Assert.False(SignaturePacket.Parse(Body(At, [])).IsIssuedBy(key));
        Assert.Equal("", SignaturePacket.Parse(Body(At, [])).Issuer);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(201, "…")]
    public void DisplayText_OfExternalText_IsTruncatedWithoutControlCharacters(int length, string end)
    {
        Assert.Equal(new string('a', 200) + end, DisplayText.Clean(new string('a', length)));
        Assert.Equal("a\uFFFDb\uFFFD", DisplayText.Clean("a\nb\u0085"));
        Assert.Equal("\uFFFDproCihsaH שלום", DisplayText.Clean("\u202EproCihsaH שלום"));
    }

    /// <summary>A version 4 signature: type 0x18, Ed25519, SHA-256.</summary>
    private static byte[] Body(byte[] hashed, byte[] unhashed) =>
        [4, 0x18, 22, 8, .. Length(hashed), .. hashed, .. Length(unhashed), .. unhashed, 0xab, 0xcd, 0xfe, 0xed];

    private static byte[] Subpacket(byte type, byte[] value) => [(byte)(1 + value.Length), type, .. value];

    private static byte[] Length(byte[] area)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)area.Length);
        return length;
    }

    private static string Refusal(Action read) => Assert.Throws<InvalidDataException>(read).Message;
}
