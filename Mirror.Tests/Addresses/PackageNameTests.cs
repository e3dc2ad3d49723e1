using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

/// <summary>Platforms, file names and hashes of packages.</summary>
public sealed class PackageNameTests
{
    private static readonly string LongestWord = new('a', 32);
    private static readonly string A64 = new('a', 64);
    private static readonly string Base64 = Convert.ToBase64String(new byte[32]);

    [Theory]
    [InlineData("linux_amd64", true)]
    [InlineData("plan9_386", true)]
    [InlineData("az09_z0a9", true)]
    [InlineData("a:_b", false)]
    [InlineData("a_b/", false)]
    [InlineData("a`_b", false)]
    [InlineData("a_b{", false)]
    [InlineData("linux", false)]
    [InlineData("linux_", false)]
    [InlineData("_amd64", false)]
    [InlineData("linux_arm_v7", false)]
    [InlineData("Linux_amd64", false)]
    [InlineData("linux_AMD64", false)]
    [InlineData("li-nux_amd64", false)]
    [InlineData("linux/amd64", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Platform_OfOsAndArch_ParsesBothParts(string? text, bool expected)
    {
        Assert.Equal(expected, Platform.TryParse(text, out var platform));
        if (expected)
        {
            Assert.Equal((text, text, text!.Replace('_', '/')), (platform.Value, $"{platform}", platform.Display));
            Assert.Equal(text, $"{platform.Os}_{platform.Arch}");
        }
        else
        {
            Assert.Equal(default, platform);
            Assert.Equal(
                $"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'.",
                Assert.Throws<FormatException>(() => Platform.Parse(text!)).Message);
        }
    }

    [Fact]
    public void Platform_OfMaximumLength_Parses()
    {
        string longest = $"{LongestWord}_{LongestWord}";

        Assert.Equal(Platform.MaxLength, longest.Length);
        Assert.Equal(longest, Platform.Parse(longest).Value);
        Assert.False(Platform.TryParse($"{LongestWord}a_b", out _));
        Assert.False(Platform.TryCreate("b", LongestWord + "a", out _));
        Assert.False(Platform.TryCreate(null, "amd64", out _));
        Assert.False(Platform.TryCreate("linux", null, out _));
    }

    [Fact]
    public void Platforms_Sorted_AreOrderedByOsThenArch()
    {
        string[] ordered = ["darwin_amd64", "darwin_arm64", "linux_386", "linux_amd64", "windows_386"];

        Assert.Equal(ordered, ordered.Reverse().Select(Platform.Parse).Order().Select(platform => platform.Value));
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
            {
                var (left, right) = (Platform.Parse(ordered[i]), Platform.Parse(ordered[j]));
                Assert.Equal(Math.Sign(i - j), Math.Sign(left.CompareTo(right)));
                Assert.Equal($"{i < j} {i > j} {i <= j} {i >= j}", $"{left < right} {left > right} {left <= right} {left >= right}");
            }
        }
    }

    [Theory]
    [InlineData("terraform-provider-aws_5.0.0_linux_amd64.zip", "aws", "5.0.0", "linux_amd64")]
    [InlineData("terraform-provider-a_b-c_1.0.0-rc.1+x_windows_386.zip", "a_b-c", "1.0.0-rc.1+x", "windows_386")]
    [InlineData("terraform-provider-größe_1.0.0_linux_amd64.zip", "größe", "1.0.0", "linux_amd64")]
    public void FileName_InConventionalForm_HasTypeVersionAndPlatform(string text, string type, string version, string platform)
    {
        Assert.True(PackageFileName.TryParse(text, out var name));
        Assert.Equal((type, version, platform, text), (name.Type, name.Version.Value, name.Platform.Value, $"{name}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("terraform-provider-.zip")]
    [InlineData("terraform-provider-zip")]
    [InlineData("terraform-provider-5.0.0_linux_amd64.zip")]
    [InlineData("terraform-provider-_5.0.0_linux_amd64.zip")]
    [InlineData("terraform-provider-aws_linux_amd64.zip")]
    [InlineData("terraform-provider-aws_v5.0.0_linux_amd64.zip")]
    [InlineData("terraform-provider-aws_5.0.0_LINUX_amd64.zip")]
    [InlineData("terraform-provider-aws_5.0.0_linux_.zip")]
    [InlineData("terraform-provider-a/b_5.0.0_linux_amd64.zip")]
    [InlineData("terraform-provider-aws_5.0.0_linux_amd64.zip.sig")]
    [InlineData("terraform-provider-aws_5.0.0_linux_amd64.ZIP")]
    [InlineData("Terraform-provider-aws_5.0.0_linux_amd64.zip")]
    [InlineData("terraform-provider-aws_5.0.0_manifest.json")]
    public void FileName_OfAnotherForm_IsRejected(string? text) => Assert.False(PackageFileName.TryParse(text, out _));

    [Fact]
    public void FileName_TooLong_IsRejected()
    {
        string Name(int length) => $"terraform-provider-{new string('a', length - 41)}_1.0.0_linux_amd64.zip";

        Assert.Equal(512, Name(512).Length);
        Assert.True(PackageFileName.TryParse(Name(512), out _));
        Assert.False(PackageFileName.TryParse(Name(513), out _));
    }

    [Fact]
    public void Hashes_OfBothSchemes_ParseOnlyInTheirExactForm()
    {
        Assert.Equal(("zh:" + A64, false), (PackageHash.Parse("zh:" + A64).Value, PackageHash.Parse("zh:" + A64).IsContentHash));
        Assert.Equal(("h1:" + Base64, true), ($"{PackageHash.Parse("h1:" + Base64)}", PackageHash.Parse("h1:" + Base64).IsContentHash));
        Assert.Equal(PackageHash.Parse("h1:" + Base64), PackageHash.Content(new byte[32]));
        Assert.Equal(PackageHash.Parse("zh:" + A64), Sha256Digest.Parse(A64).ZipHash);
        string?[] others =
        [
            null, "", "zh:", "h1:", A64, Base64, "zh:" + A64[1..], "zh:" + A64 + "a", "zh:" + A64.ToUpperInvariant(),
            "zh:" + A64[1..] + "g", "h1:" + A64, "h2:" + Base64, "ZH:" + A64,
            "h1:" + Convert.ToBase64String(new byte[31]), "h1:" + Convert.ToBase64String(new byte[33]),
            "h1:" + Base64[..^1], "h1:" + Base64 + " ", "h1:*" + Base64[1..],
        ];
        Assert.All(others, text =>
        {
            Assert.False(PackageHash.TryParse(text, out var hash));
            Assert.Equal(default, hash);
            Assert.StartsWith(
                $"'{text}' is not a package hash; expected 'zh:'",
                Assert.Throws<FormatException>(() => PackageHash.Parse(text!)).Message,
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Digest_Of64HexadecimalDigits_IsLowerCase()
    {
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", $"{Sha256Digest.Of("abc"u8)}");
        Assert.Equal(A64, Sha256Digest.Parse(A64.ToUpperInvariant()).Hex);
        Assert.All(new[] { null, "", A64[1..], A64 + "a", A64[1..] + "g", " " + A64[1..] }, text =>
        {
            Assert.False(Sha256Digest.TryParse(text, out var digest));
            Assert.Equal(default, digest);
            Assert.Equal(
                $"'{text}' is not a SHA-256; expected 64 hexadecimal digits.",
                Assert.Throws<FormatException>(() => Sha256Digest.Parse(text!)).Message);
        });
        Assert.StartsWith(
            "A SHA-256 has 32 bytes, not 31.",
            Assert.Throws<ArgumentException>(() => Sha256Digest.FromBytes(new byte[31])).Message,
            StringComparison.Ordinal);
    }
}
