using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;

namespace Mirror.Tests.Verification;

public sealed class Sha256SumsTests
{
    private const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Fact]
    public void Document_Real_ListsEveryPlatform()
    {
        var sums = Parse(File.ReadAllText(TestData.Path("hashicorp/terraform-provider-null_3.1.0_SHA256SUMS")));

        Assert.True(sums.TryFind("terraform-provider-null_3.1.0_linux_amd64.zip", out Sha256Digest digest));
        Assert.Equal("53e30545ff8926a8e30ad30648991ca8b93b6fa496272cd23b26763c8ee84515", digest.Hex);
        Assert.Equal(11, sums.Digests.Keys.Count(name => PackageFileName.TryParse(name, out _)));
        Assert.False(sums.TryFind("terraform-provider-null_3.1.0_plan9_amd64.zip", out _));
    }

    [Theory]
    [InlineData(A + "  a.zip\n" + B + "  b.zip\n", "two lines")]
    [InlineData(A + "  a.zip\n" + B + "  b.zip", "without the last line feed")]
    [InlineData(A + "  a.zip\r\n" + B + "  b.zip\r\n", "CRLF")]
    [InlineData(A + " a.zip\n" + B + "\tb.zip \n", "other blanks")]
    [InlineData(A + "  a.zip\n" + B + "  b.zip\n" + A + "  a.zip\n", "the same line twice")]
    public void Document_InAnAcceptedForm_IsParsed(string document, string form)
    {
        var sums = Parse(document);

        Assert.True(sums.TryFind("a.zip", out var a) && sums.TryFind("b.zip", out var b) && a.Hex == A && b.Hex == B, form);
        Assert.Equal(2, sums.Digests.Count);
    }

    [Fact]
    public void Document_UpperCaseDigest_IsConvertedToLowerCase()
    {
        // Clients decode the hexadecimal digits, so both cases are valid. Mirror sends lower case.
        Assert.True(Parse(A.ToUpperInvariant() + "  a.zip\n").TryFind("a.zip", out var digest));
        Assert.Equal(A, digest.Hex);
    }

    [Fact]
    public void Document_NameOutsideAscii_IsKept()
    {
        Assert.True(
            Parse(
                A + "  terraform-provider-größe_1.0.0_linux_amd64.zip\n").TryFind("terraform-provider-größe_1.0.0_linux_amd64.zip", out _));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n", "empty")]
    [InlineData(A + "  a.zip\n\n", "line 2 of SHA256SUMS is blank")]
    [InlineData("\n" + A + "  a.zip\n", "line 1 of SHA256SUMS is blank")]
    [InlineData(A + "  a.zip\n \t\n" + B + "  b.zip\n", "line 2 of SHA256SUMS is blank")]
    [InlineData(A + "  a.zip\r\n\r\n" + B + "  b.zip\r\n", "line 2 of SHA256SUMS is blank")]
    [InlineData(A + " *a.zip\n", "binary marker")]
    [InlineData(A + "\n", "expected a SHA-256, spaces and a file name")]
    [InlineData(A + "  a.zip  b.zip\n", "a file name")]
    [InlineData(" " + A + "  a.zip\n", "a file name")]
    [InlineData("abc  a.zip\n", "64 hexadecimal digits")]
    [InlineData("<!DOCTYPE html>\n", "begins with '<!DOCTYPE'")]
    [InlineData("\uFEFF" + A + "  a.zip\n", "64 hexadecimal digits")]
    [InlineData("g" + A + "  a.zip\n", "64 hexadecimal digits")]
    [InlineData(A + "  a.zip\n" + B + "  a.zip\n", "line 2 of SHA256SUMS repeats 'a.zip'")]
    [InlineData(A + "  a\0.zip\n", "control characters")]
    [InlineData(A + "  a.zip\r" + B + "  b.zip\n", "a file name")]
    [InlineData(A + "  a\u00a0.zip\n", "control characters or spaces")]
    public void Document_AmbiguousForClients_IsRejectedWithTheLine(string document, string reason)
    {
        Assert.False(Sha256Sums.TryParse(Encoding.UTF8.GetBytes(document), out var sums, out string? refusal));
        Assert.Null(sums);
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_OfMaximumLength_IsParsed()
    {
        string name = new('a', 1024 - 64 - 2);

        Assert.True(Parse($"{A}  {name}\n").TryFind(name, out _));
        Assert.False(Sha256Sums.TryParse(Encoding.UTF8.GetBytes($"{A}  {name}a\n"), out _, out string? refusal));
        Assert.Equal("line 1 of SHA256SUMS is 1025 bytes long; expected at most 1024", refusal);
    }

    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "…")]
    public void ErrorMessage_WithALongLine_IsTruncated(int length, string end)
    {
        Assert.False(Sha256Sums.TryParse(Encoding.UTF8.GetBytes(new string('x', length)), out _, out string? refusal));
        Assert.Equal(
            $"line 1 of SHA256SUMS begins with '{new string('x', 100)}{end}'; expected the 64 hexadecimal digits of a SHA-256",
            refusal);
        Assert.False(Sha256Sums.TryParse("a\u0007b  c"u8, out _, out refusal));
        Assert.StartsWith("line 1 of SHA256SUMS begins with 'a\uFFFDb'; ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_NotUtf8OrWithAnOverlongLine_IsRejected()
    {
        Assert.False(Sha256Sums.TryParse([.. Encoding.ASCII.GetBytes(A + "  a"), 0xff, 0xfe], out _, out string? encoding));
        Assert.False(Sha256Sums.TryParse(Encoding.ASCII.GetBytes(A + "  " + new string('a', 5000)), out _, out string? length));

        Assert.Equal("line 1 of SHA256SUMS is not UTF-8", encoding);
        Assert.Contains("bytes long", length, StringComparison.Ordinal);
    }

    private static Sha256Sums Parse(string document) =>
        Sha256Sums.TryParse(Encoding.UTF8.GetBytes(document), out var sums, out string? refusal)
            ? sums
            : throw new Xunit.Sdk.XunitException(refusal);
}
