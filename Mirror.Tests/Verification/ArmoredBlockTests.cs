using System.Text;
using Mirror.Core.Verification.OpenPgp;

namespace Mirror.Tests.Verification;

public sealed class ArmoredBlockTests
{
    private const string Begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n";
    private const string End = "-----END PGP PUBLIC KEY BLOCK-----\n";

    // "hello world" and its CRC-24.
    private const string Hello = "aGVsbG8gd29ybGQ=";
    private const string Checksum = "=sDy3";

    [Theory]
    [InlineData(Begin + "\n" + Hello + "\n" + Checksum + "\n" + End)]
    [InlineData(Begin + "\n" + Hello + "\n" + End)]
    [InlineData(Begin + "Version: 1\nComment: none\n \n" + Hello + "\n" + End)]
    [InlineData("text before\n-----BEGIN\n" + Begin + "\naGVs\nbG8gd29y\nbGQ=\n" + End + "text after")]
    [InlineData(Begin + "\n\n" + Hello + " \t\n\n" + Checksum + " \n" + End)]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----  \r\n\r\n" + Hello + "\r\n" + Checksum + "\r\n-----END anything")]
    public void Armor_InAnAcceptedForm_IsDecoded(string text) =>
        Assert.Equal("hello world", Encoding.ASCII.GetString(ArmoredBlock.DecodePublicKey(text)));

    [Theory]
    [InlineData("", "has no line '-----BEGIN PGP PUBLIC KEY BLOCK-----'")]
    [InlineData("BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + Hello + "\n" + End, "has no line '-----BEGIN PGP PUBLIC KEY BLOCK-----'")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK\n\n" + Hello + "\n" + End, "has no line '-----BEGIN PGP PUBLIC KEY BLOCK-----'")]
    [InlineData(
        "-----BEGIN PGP\u0007 MESSAGE-----\n\n" + Hello + "\n" + End,
        "is a 'PGP\uFFFD MESSAGE'; expected a 'PGP PUBLIC KEY BLOCK'")]
    [InlineData(Begin, "ends within its armor headers")]
    [InlineData(Begin + "Version: 1\n", "ends within its armor headers")]
    [InlineData(Begin + Hello + "\n" + End, "has no blank line between its armor headers and its content")]
    [InlineData(Begin + "\n" + Hello + "\n", "is truncated: it has no line '-----END PGP PUBLIC KEY BLOCK-----'")]
    [InlineData(Begin + "\naGVs*G8gd29ybGQ=\n" + End, "has armor that is not base64")]
    [InlineData(Begin + "\n" + Hello + "\n=sD*3\n" + End, "has armor that is not base64")]
    [InlineData(Begin + "\n" + Hello + "\n=sDy4\n" + End, "has an armor checksum that does not match its content")]
    [InlineData(Begin + "\n" + Hello + "\n" + Checksum + "\n" + Hello + "\n" + End, "has content after its armor checksum")]
    [InlineData(Begin + "\n" + Hello + "\n" + Checksum + "\n" + Checksum + "\n" + End, "has content after its armor checksum")]
    public void Armor_OfAnotherForm_IsRejectedWithTheActualText(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => ArmoredBlock.DecodePublicKey(text)).Message);

    [Fact]
    public void Armor_OfMaximumLength_IsDecoded()
    {
        string line = new('A', 96);

        Assert.Equal(72, ArmoredBlock.DecodePublicKey($"{Begin}\n{line}\n{End}").Length);
        Assert.Equal(
            "has an armor line of 100 characters; clients read at most 96",
            Refusal(() => ArmoredBlock.DecodePublicKey($"{Begin}\n{line}AAAA\n{End}")));
        string text = $"{Begin}\n{line}\n{End}".PadRight(ArmoredBlock.MaxLength);
        Assert.Equal(72, ArmoredBlock.DecodePublicKey(text).Length);
        Assert.Equal("is 524289 characters long; expected at most 524288", Refusal(() => ArmoredBlock.DecodePublicKey(text + " ")));
    }

    private static string Refusal(Action read) => Assert.Throws<InvalidDataException>(read).Message;
}
