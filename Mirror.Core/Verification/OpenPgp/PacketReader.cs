using System.Buffers.Binary;

namespace Mirror.Core.Verification.OpenPgp;

internal readonly record struct Packet(PacketTag Tag, byte[] Body);

/// <summary>
/// The packet types of keys and detached signatures. See https://www.rfc-editor.org/rfc/rfc4880#section-4.3.
/// </summary>
internal enum PacketTag
{
    Signature = 2,
    SecretKey = 5,
    PublicKey = 6,
    Marker = 10,
    UserId = 13,
    PublicSubkey = 14,
    UserAttribute = 17,
    Padding = 21,
}

/// <summary>Splits bytes into OpenPGP packets of definite length.</summary>
internal static class PacketReader
{
    private const int MaxPackets = 4096;

    /// <exception cref="InvalidDataException">The bytes are not a sequence of packets; the message is a clause that says why.</exception>
    public static List<Packet> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var packets = new List<Packet>();
        while (!bytes.IsEmpty)
        {
            if (packets.Count == MaxPackets)
            {
                throw new InvalidDataException($"has more than {MaxPackets} OpenPGP packets");
            }

            byte header = bytes[0];
            if ((header & 0x80) == 0)
            {
                throw new InvalidDataException($"has byte 0x{header:x2} where an OpenPGP packet should begin");
            }

            bytes = bytes[1..];
            bool isNewFormat = (header & 0x40) != 0;
            int tag = isNewFormat ? header & 0x3f : (header >> 2) & 0x0f;
            uint length = isNewFormat ? ReadLength(ref bytes) : ReadOldLength(ref bytes, header & 3);
            packets.Add(new Packet((PacketTag)tag, Take(ref bytes, length).ToArray()));
        }

        return packets;
    }

    /// <summary>The length of a new-format packet. Subpacket lengths use the same encoding, without partial lengths.</summary>
    public static uint ReadLength(ref ReadOnlySpan<byte> bytes, bool isSubpacket = false)
    {
        byte first = Take(ref bytes, 1)[0];
        if (first < 192)
        {
            return first;
        }

        if (first == 255)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(Take(ref bytes, 4));
        }

        return first < 224 || isSubpacket
            ? (((uint)first - 192) << 8) + Take(ref bytes, 1)[0] + 192
            : throw new InvalidDataException("has a packet of partial length, which is not allowed in keys and signatures");
    }

    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, long length)
    {
        if (length > bytes.Length)
        {
            throw new InvalidDataException($"is truncated: expected {length} bytes, found {bytes.Length}");
        }

        var taken = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return taken;
    }

    private static uint ReadOldLength(ref ReadOnlySpan<byte> bytes, int lengthType) => lengthType switch
    {
        0 => Take(ref bytes, 1)[0],
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref bytes, 2)),
        2 => BinaryPrimitives.ReadUInt32BigEndian(Take(ref bytes, 4)),
        _ => throw new InvalidDataException("has a packet of indeterminate length"),
    };
}
