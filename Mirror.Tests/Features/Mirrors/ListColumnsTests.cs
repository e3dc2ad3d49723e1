using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ListColumnsTests
{
    [Theory]
    [InlineData(null, "version.trust.platforms.size.cached.by.used")]
    [InlineData("size.version", "size.version")]
    [InlineData("size.size.colour.<script>.version", "size.version")]
    [InlineData("", "")]
    public void Cookie_OfAnyContent_NamesKnownColumnsOnce(string? cookie, string expected) =>
        Assert.Equal(expected, ListColumns.Parse(cookie).ToString());

    [Fact]
    public void Choices_OfSomeColumns_OfferTheOthersAfterThem() =>
        Assert.Equal(
            ["used", "trust", "version", "platforms", "size", "cached", "by"], ListColumns.Parse("used.trust").Choices);
}
