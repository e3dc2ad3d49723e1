using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ArchiveFormatTests
{
    [Theory]
    [InlineData("zip", "application/zip", 22, "504B")]
    [InlineData("tar.gz", "application/gzip", 18, "1F8B")]
    [InlineData("tgz", "application/gzip", 18, "1F8B")]
    [InlineData("tar.bz2", "application/x-bzip2", 14, "425A68")]
    [InlineData("tbz2", "application/x-bzip2", 14, "425A68")]
    [InlineData("tar.xz", "application/x-xz", 32, "FD377A585A00")]
    [InlineData("txz", "application/x-xz", 32, "FD377A585A00")]
    public void Format_OfAnExtension_HasItsMediaTypeAndSignature(string extension, string mediaType, int minimumLength, string begin)
    {
        var format = ArchiveFormat.Parse(extension);
        byte[] bytes = Convert.FromHexString(begin);

        Assert.Equal(
            (extension, mediaType, minimumLength, extension),
            (format.Extension, format.MediaType, format.MinimumLength, $"{format}"));
        Assert.True(format.Begins([.. bytes, 0]));
        Assert.True(format.Begins(bytes));
        Assert.False(format.Begins(bytes.AsSpan(..^1)));
        Assert.False(format.Begins([0, .. bytes]));
        Assert.Equal(format, ArchiveFormat.FromFileName($"path/module-1.0.0.{extension}"));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("module.ZIP")]
    [InlineData("module-zip")]
    [InlineData("module.zip.sig")]
    [InlineData("module.tar")]
    [InlineData("")]
    public void FromFileName_WithAnotherExtension_ReturnsNull(string name) => Assert.Null(ArchiveFormat.FromFileName(name));

    [Theory]
    [InlineData("ZIP")]
    [InlineData(".zip")]
    [InlineData("tar")]
    [InlineData("")]
    [InlineData(null)]
    public void Parse_AnotherExtension_ThrowsWithTheExpectedOnes(string? extension)
    {
        Assert.False(ArchiveFormat.TryParse(extension, out _));
        Assert.Equal(
            $"'{extension}' is not an archive format; expected zip, tar.gz, tgz, tar.bz2, tbz2, tar.xz, txz.",
            Assert.Throws<FormatException>(() => ArchiveFormat.Parse(extension!)).Message);
    }

    [Fact]
    public void Zip_Extension_IsTheZipFormat()
    {
        Assert.Equal(ArchiveFormat.Parse("zip"), ArchiveFormat.Zip);
        Assert.NotEqual(ArchiveFormat.Parse("tar.gz"), ArchiveFormat.Parse("tgz"));
    }
}
