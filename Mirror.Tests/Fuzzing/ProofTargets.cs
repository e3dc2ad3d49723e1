using System.Text;
using Mirror.Core.Verification;
using Mirror.Tests.Verification;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of proofs: OpenPGP keys and signatures, and SHA256SUMS.</summary>
internal static class ProofTargets
{
    // Checking a signature allocates memory for the arithmetic of its key.
    private static readonly (long, long) Arithmetic = (64 << 20, 4000);

    private static readonly string[] Names = ["dsa2048", "ed25519", "nistp256"];
    private static readonly string[] Keys = [.. Names.Select(
        name => File.ReadAllText(TestData.Path($"openpgp/{name}.asc"))), File.ReadAllText(TestData.Path("hashicorp/hashicorp.asc"))];
    private static readonly byte[][] Signatures = [.. Names.Select(
        name => File.ReadAllBytes(TestData.Path($"openpgp/{name}.sig"))), File.ReadAllBytes(
        TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS.sig"))];
    private static readonly byte[] Sums = File.ReadAllBytes(TestData.Path("openpgp/SHA256SUMS"));
    private static readonly OpenPgpVerifier Verifier = new(new FixedTime(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero)));

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        OfText(
            "openpgp-armor",
            Keys,
            ["-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----", "\n\n", "=", "Version: 1", "-----"],
            text => Describe(text)) with { Allocation = Arithmetic },
        new FuzzTarget(
            "openpgp-key", [.. Keys.Select(Armor.Decode)], [], bytes => Describe(Armor.Encode(bytes))) { Allocation = Arithmetic },
        new FuzzTarget("openpgp-signature", Signatures, [], bytes => Verify(Sums, bytes, Keys)) { Allocation = Arithmetic, Rounds = 500 },
        new FuzzTarget("openpgp-document", [Sums], ["\n"], VerifyChanged) { Allocation = Arithmetic, Rounds = 200 },
        new FuzzTarget(
            "sha256sums",
            [Sums, File.ReadAllBytes(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS"))],
            ["  ", "\n", "\r\n", "\t", "*", new string('0', 64), "a.zip"],
            ReadSums),
    ];

    private static string Describe(string armor)
    {
        if (!SigningKey.TryParse(armor, TestData.Now, out var key, out string? refusal))
        {
            return refusal;
        }

        Hold(key.Fingerprint.Length == 40 && key.Fingerprint.All(char.IsAsciiHexDigitUpper), $"'{key.Fingerprint}' is a fingerprint");
        Hold(!key.UserId.Any(char.IsControl), "the user id is fit for display");
        return $"{key.Algorithm}";
    }

    private static string Verify(byte[] document, byte[] signature, string[] keys) => Verifier.Verify(document, signature, keys) switch
    {
        SignatureResult.Valid => "valid",
        SignatureResult.Invalid invalid => $"{invalid.Fault}",
        var other => throw new InvalidOperationException($"{other}"),
    };

    private static string VerifyChanged(byte[] document)
    {
        bool isSame = document.AsSpan().SequenceEqual(Sums);
        int index = document.Length % Names.Length;
        Hold(Verify(document, Signatures[index], [Keys[index]]) == "valid" == isSame, "a signature is valid for the signed bytes alone");

        return isSame ? "same" : "changed";
    }

    private static string ReadSums(byte[] bytes)
    {
        if (!Sha256Sums.TryParse(bytes, out var sums, out string? refusal))
        {
            return refusal;
        }

        string text = Encoding.UTF8.GetString(bytes);
        foreach (var (name, digest) in sums.Digests)
        {
            Hold(text.Contains(name, StringComparison.Ordinal)
                && text.Contains(digest.Hex, StringComparison.OrdinalIgnoreCase), $"'{name}' is in the text");
        }

        byte[] again = Bytes(string.Concat(sums.Digests.Select(line => $"{line.Value.Hex}  {line.Key}\n")));
        Hold(Sha256Sums.TryParse(again, out var same, out _)
            && same.Digests.Count == sums.Digests.Count
            && same.Digests.All(line => sums.TryFind(line.Key, out var digest) && digest == line.Value), "it is parsed back");
        return $"sums {new string('s', Math.Min(sums.Digests.Count, 8))}";
    }
}
