using Mirror.Core.Catalog;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData(null, new string[0])]
    [InlineData("  ", new string[0])]
    [InlineData("AWS 5.1", new[] { "aws", "5.1" })]
    [InlineData("hashicorp/aws\t5.1\u00005", new[] { "hashicorp", "aws", "5.1", "5" })]
    [InlineData("a A a", new[] { "a" })]
    public void Words_OfAText_AreLowerCaseAndDistinct(string? text, string[] expected) => Assert.Equal(expected, SearchText.Parse(text).Words);

    [Theory]
    [InlineData("1 2 3 4 5 6 7 8 9", "The search has 9 different words; expected at most 8.")]
    [InlineData("1/2/3/4/5/6/7/8/9", "The search has 9 different words; expected at most 8.")]
    public void Text_WithTooManyWords_IsRejected(string text, string expected)
    {
        Assert.False(SearchText.TryParse(text, out _, out string? fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Text_TooLong_IsRejected()
    {
        Assert.True(SearchText.TryParse($" {new string('a', 200)} ", out _, out _));
        Assert.False(SearchText.TryParse(new string('a', 201), out _, out string? fault));
        Assert.Equal("The search has 201 characters; expected at most 200.", fault);
    }
}
