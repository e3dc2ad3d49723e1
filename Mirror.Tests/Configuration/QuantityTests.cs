using Mirror.Core.Configuration;
using Xunit;

namespace Mirror.Tests.Configuration;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("10m", 600_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("00:10:00", 600_000)]
    [InlineData(" 8 S ", 8_000)]
    [InlineData("0s", 0)]
    public void Duration_InEverySupportedForm_IsParsed(string text, double milliseconds)
    {
        Assert.True(Quantity.TryParseDuration(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("-00:01:00")]
    [InlineData("1e300d")]
    [InlineData("99999999999d")]
    [InlineData("9999999.00:00:00")]
    [InlineData("ten minutes")]
    [InlineData("NaNd")]
    [InlineData("nanh")]
    [InlineData("Infinityms")]
    [InlineData("000000000000000000000000000000001s")]
    public void Duration_InvalidText_IsRejected(string text) => Assert.False(Quantity.TryParseDuration(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("512B", 512)]
    [InlineData("16kb", 16L << 10)]
    [InlineData("1.5 MB", 3L << 19)]
    [InlineData("2GB", 2L << 30)]
    [InlineData("3TB", 3L << 40)]
    public void Size_InEverySupportedForm_IsParsed(string text, long expected)
    {
        Assert.True(Quantity.TryParseSize(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1")]
    [InlineData("2 gigs")]
    [InlineData("NaNMB")]
    [InlineData("∞")]
    [InlineData("0000000000000000000000000000000001")]
    [InlineData("99999999999TB")]
    public void Size_InvalidText_IsRejected(string text) => Assert.False(Quantity.TryParseSize(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KB")]
    [InlineData(2L << 30, "2 GB")]
    public void FormatSize_AnySize_IsShort(long bytes, string expected) => Assert.Equal(expected, Quantity.FormatSize(bytes));
}
