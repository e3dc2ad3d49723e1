using System.Buffers.Binary;
using System.Text;

namespace Mirror.Tests.Fuzzing;

/// <summary>Changes of bytes that are likely to break a parser.</summary>
internal static class Mutations
{
    private static readonly long[] Numbers =
        [0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    // Cases that text parsers often miss: surrogates, invalid UTF-8, ignored characters, and characters whose length depends on the case.
    private static readonly byte[][] Texts =
    [
        "\0"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\t"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "\\ud800"u8.ToArray(),
        "\\udc00\\ud800"u8.ToArray(),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], "é"u8.ToArray(), "İ"u8.ToArray(), "ß"u8.ToArray(),
        "\u200d"u8.ToArray(), "\u00ad"u8.ToArray(), "。"u8.ToArray(), "xn--"u8.ToArray(),
        "99999999999999999999"u8.ToArray(), "-1"u8.ToArray(), "1e400"u8.ToArray(), "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(),
        "../"u8.ToArray(), "%00"u8.ToArray(),
    ];

    public static byte[] Apply(List<byte[]> corpus, IReadOnlyList<string> words, Random random, int maxLength)
    {
        // Recently found inputs are the least explored.
        int index = random.Next(3) == 0 ? random.Next(corpus.Count) : Math.Max(random.Next(corpus.Count), random.Next(corpus.Count));
        var bytes = new List<byte>(corpus[index]);
        for (int i = 1 << random.Next(4); i > 0; i--)
        {
            Change(bytes, corpus, words, random);
        }

        if (bytes.Count > maxLength)
        {
            bytes.RemoveRange(maxLength, bytes.Count - maxLength);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, List<byte[]> corpus, IReadOnlyList<string> words, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(1 + random.Next(random.Next(4) == 0 ? 256 : 8), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4 when bytes.Count >= 8:
                OverwriteNumber(bytes, random);
                break;
            case 5:
                bytes.InsertRange(at, Texts[random.Next(Texts.Length)]);
                break;
            case 6 when words.Count > 0:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            case 7:
                byte[] other = corpus[random.Next(corpus.Count)];
                int from = random.Next(other.Length + 1);
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[from..]);
                break;
            case 8 when random.Next(20) == 0:
                // A long insertion reveals quadratic behavior.
                bytes.InsertRange(
                    at, Enumerable.Repeat(bytes.GetRange(at, length).DefaultIfEmpty((byte)'a'), 512).SelectMany(part => part));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    private static void OverwriteNumber(List<byte> bytes, Random random)
    {
        byte[] number = new byte[8];
        int size = 1 << random.Next(4);
        long value = Numbers[random.Next(Numbers.Length)];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value << (8 * (8 - size)));
        }

        int at = random.Next(bytes.Count - size + 1);
        for (int i = 0; i < size; i++)
        {
            bytes[at + i] = number[i];
        }
    }
}
