using System.Buffers.Binary;

namespace Mirror.Core.Storage.Archives;

/// <summary>
/// The CRC-32 of zip entries (polynomial 0xEDB88320), eight bytes at a time, so that the checksum does not slow down unpacking.
/// </summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a checksum with more bytes; start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= Slices)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][low & 0xff] ^ Tables[6][(low >> 8) & 0xff] ^ Tables[5][(low >> 16) & 0xff] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 0xff] ^ Tables[2][(high >> 8) & 0xff] ^ Tables[1][(high >> 16) & 0xff] ^ Tables[0][high >> 24];
            bytes = bytes[Slices..];
        }

        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ Tables[0][(crc ^ b) & 0xff];
        }

        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[Slices][];
        for (int slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint value = slice == 0 ? i : tables[slice - 1][i];
                for (int bit = 0; bit < 8; bit++)
                {
                    value = (value >> 1) ^ ((value & 1) * 0xEDB88320);
                }

                tables[slice][i] = value;
            }
        }

        return tables;
    }
}
