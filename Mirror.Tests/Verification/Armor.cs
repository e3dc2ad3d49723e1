using System.Text;

namespace Mirror.Tests.Verification;

/// <summary>Encodes bytes as an armored public key, and decodes them, without checking them.</summary>
internal static class Armor
{
    public static string Encode(byte[] key) =>
        $"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{Wrap(Convert.ToBase64String(key))}-----END PGP PUBLIC KEY BLOCK-----\n";

    public static byte[] Decode(string armor)
    {
        var body = armor.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] is not ('-' or '=') && !line.Contains(':'));
        return Convert.FromBase64String(string.Concat(body));
    }

    private static string Wrap(string base64)
    {
        var text = new StringBuilder();
        foreach (char[] line in base64.Chunk(64))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}

internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
