using System.Buffers.Binary;

namespace Mirror.Core.Verification.OpenPgp;

/// <summary>The relevant signature types. See https://www.rfc-editor.org/rfc/rfc4880#section-5.2.1.</summary>
internal static class SignatureType
{
    public const byte Binary = 0x00;
    public const byte GenericCertification = 0x10;
    public const byte PositiveCertification = 0x13;
    public const byte SubkeyBinding = 0x18;
    public const byte PrimaryKeyBinding = 0x19;
    public const byte DirectKey = 0x1f;
    public const byte KeyRevocation = 0x20;
    public const byte SubkeyRevocation = 0x28;
    public const byte CertificationRevocation = 0x30;
}

/// <summary>
/// A version 4 signature with the subpackets needed for verification. If it is well-formed but unsupported (another version, an unknown
/// hash, an unknown critical subpacket), <see cref="Unsupported"/> gives the reason and the signature is never valid.
/// See https://www.rfc-editor.org/rfc/rfc4880#section-5.2.3.
/// </summary>
internal sealed class SignaturePacket
{
    private const byte SignFlag = 0x02;

    private SignaturePacket(byte version) => Version = version;

    public byte Version { get; }

    public byte Type { get; private init; }

    public byte Algorithm { get; private init; }

    public SignatureHash? Hash { get; private init; }

    public DateTimeOffset? Created { get; private set; }

    /// <summary>Relative to the signature's creation time.</summary>
    public TimeSpan? Lifetime { get; private set; }

    /// <summary>Relative to the creation time of the certified key.</summary>
    public TimeSpan? KeyLifetime { get; private set; }

    /// <summary>Whether the certified key may sign; null if the signature does not say.</summary>
    public bool? MaySign { get; private set; }

    public bool IsPrimaryUserId { get; private set; }

    /// <summary>16 upper-case hexadecimal digits.</summary>
    public string? IssuerKeyId { get; private set; }

    /// <summary>40 upper-case hexadecimal digits.</summary>
    public string? IssuerFingerprint { get; private set; }

    /// <summary>A signing subkey's own signature that binds it to the primary key.</summary>
    public SignaturePacket? Embedded { get; private set; }

    /// <summary>A clause that says why the signature cannot be used; null if it can.</summary>
    public string? Unsupported { get; private set; }

    /// <summary>The part of the signature that is hashed after the data.</summary>
    public byte[] HashedPart { get; private init; } = [];

    /// <summary>The first two bytes of the digest.</summary>
    public byte[] DigestStart { get; private init; } = [];

    /// <summary>The algorithm-specific fields.</summary>
    public byte[] Fields { get; private init; } = [];

    public string Issuer => IssuerFingerprint ?? IssuerKeyId ?? "";

    /// <exception cref="InvalidDataException">The signature is malformed; the message is a clause that says how.</exception>
    public static SignaturePacket Parse(byte[] body, bool mayEmbed = true)
    {
        ReadOnlySpan<byte> rest = body;
        byte version = PacketReader.Take(ref rest, 1)[0];
        if (version != 4)
        {
            return new SignaturePacket(version) { Unsupported = $"is an OpenPGP signature of version {version}; expected version 4" };
        }

        byte type = PacketReader.Take(ref rest, 1)[0];
        byte algorithm = PacketReader.Take(ref rest, 1)[0];
        byte hash = PacketReader.Take(ref rest, 1)[0];
        var hashed = PacketReader.Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(PacketReader.Take(ref rest, 2)));
        var unhashed = PacketReader.Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(PacketReader.Take(ref rest, 2)));
        var signature = new SignaturePacket(version)
        {
            Type = type,
            Algorithm = algorithm,
            Hash = SignatureHash.Find(hash),
            HashedPart = body[..(6 + hashed.Length)],
            DigestStart = PacketReader.Take(ref rest, 2).ToArray(),
            Fields = rest.ToArray(),
        };
        if (signature.Hash is null)
        {
            signature.Unsupported =
                $"uses hash algorithm {hash}, which is unknown or broken; expected SHA-256, SHA-384, SHA-512 or SHA-224";
        }

        signature.ReadSubpackets(hashed, isHashed: true, mayEmbed);
        signature.ReadSubpackets(unhashed, isHashed: false, mayEmbed);
        return signature.Created is null ? throw new InvalidDataException("has no creation time") : signature;
    }

    public bool IsIssuedBy(PublicKeyPacket key) =>
        IssuerFingerprint is { } fingerprint ? fingerprint == key.Fingerprint : IssuerKeyId == key.KeyId;

    // Unhashed subpackets are not protected by the signature. Only self-proving ones are used: the issuer is a hint, and an embedded
    // signature is verified separately.
    private void ReadSubpackets(ReadOnlySpan<byte> area, bool isHashed, bool mayEmbed)
    {
        while (!area.IsEmpty)
        {
            var subpacket = PacketReader.Take(ref area, PacketReader.ReadLength(ref area, isSubpacket: true));
            if (subpacket.IsEmpty)
            {
                throw new InvalidDataException("has an empty subpacket");
            }

            int type = subpacket[0] & 0x7f;
            bool isCritical = (subpacket[0] & 0x80) != 0;
            var value = subpacket[1..];
            if (isHashed && !ReadProtected(type, value) && isCritical && !IsHint(type))
            {
                Unsupported ??= $"has a critical subpacket of type {type}, which is unknown";
            }

            ReadHint(type, value, mayEmbed);
        }
    }

    private static bool IsHint(int type) => type is 16 or 32 or 33;

    private bool ReadProtected(int type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case 2:
                Created = DateTimeOffset.FromUnixTimeSeconds(ReadUInt32(value));
                return true;
            case 3:
                Lifetime = ReadDuration(value);
                return true;
            case 9:
                KeyLifetime = ReadDuration(value);
                return true;
            case 25:
                IsPrimaryUserId = value is [not 0];
                return true;
            case 27:
                MaySign = !value.IsEmpty && (value[0] & SignFlag) != 0;
                return true;

            // Preferences, exportability, policy, features, reasons and other notes without effect here.
            case 4 or 5 or 7 or 11 or 21 or 22 or 23 or 24 or 26 or 28 or 29 or 30 or 31 or 34 or 35:
                return true;
            default:
                return false;
        }
    }

    private void ReadHint(int type, ReadOnlySpan<byte> value, bool mayEmbed)
    {
        if (type == 16 && value.Length == 8)
        {
            IssuerKeyId ??= Convert.ToHexString(value);
        }
        else if (type == 33 && value.Length == 21 && value[0] == 4)
        {
            IssuerFingerprint ??= Convert.ToHexString(value[1..]);
        }
        else if (type == 32 && mayEmbed)
        {
            Embedded ??= Parse(value.ToArray(), mayEmbed: false);
        }
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> value) =>
        value.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(value) : throw new InvalidDataException("has a malformed time");

    private static TimeSpan? ReadDuration(ReadOnlySpan<byte> value) =>
        ReadUInt32(value) is var seconds and not 0 ? TimeSpan.FromSeconds(seconds) : null;
}
