using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class VersionConstraintTests
{
    private static readonly string[] Versions =
        ["0.9.0", "1.0.0-rc.1", "1.0.0", "1.0.0+x", "1.2.3", "1.2.4", "1.3.0", "2.0.0-rc.1", "2.0.0"];

    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("= 1.2.3", "1.2.3")]
    [InlineData("=1.0.0", "1.0.0 1.0.0+x")]
    [InlineData("1.0.0+x", "1.0.0 1.0.0+x")]
    [InlineData("1", "1.0.0 1.0.0+x")]
    [InlineData("!= 1.0.0", "0.9.0 1.2.3 1.2.4 1.3.0 2.0.0")]
    [InlineData("> 1.0.0", "1.2.3 1.2.4 1.3.0 2.0.0")]
    [InlineData("> 1.0.0+a", "1.2.3 1.2.4 1.3.0 2.0.0")]
    [InlineData(">= 1.0.0+z", "1.0.0 1.0.0+x 1.2.3 1.2.4 1.3.0 2.0.0")]
    [InlineData("< 1.0.0", "0.9.0")]
    [InlineData("< 1.0.0+z", "0.9.0")]
    [InlineData("<= 1.0.0+a", "0.9.0 1.0.0 1.0.0+x")]
    [InlineData("<= 1.0.0", "0.9.0 1.0.0 1.0.0+x")]
    [InlineData("~> 1.2.3", "1.2.3 1.2.4")]
    [InlineData("~> 1.0.0+z", "1.0.0 1.0.0+x")]
    [InlineData("~> 1.2", "1.2.3 1.2.4 1.3.0")]
    [InlineData("~> 1", "1.0.0 1.0.0+x 1.2.3 1.2.4 1.3.0")]
    [InlineData("~> 1.0.0-rc.1", "1.0.0 1.0.0+x")]
    [InlineData(">= 1.2.3, < 2.0", "1.2.3 1.2.4 1.3.0")]
    [InlineData(" >=1.2.3 , != 1.2.4 ", "1.2.3 1.3.0 2.0.0")]
    [InlineData("1.0.0-rc.1", "1.0.0-rc.1")]
    [InlineData(">= 0.9.0, = 1.0.0-rc.1", "1.0.0-rc.1")]
    [InlineData(">= 1.0.0-rc.1", "1.0.0 1.0.0+x 1.2.3 1.2.4 1.3.0 2.0.0")]
    public void Matches_Versions_LikeTerraform(string constraint, string expected)
    {
        var parsed = VersionConstraint.Parse(constraint);

        Assert.Equal(expected, string.Join(' ', Versions.Where(version => parsed.Matches(ProviderVersion.Parse(version)))));
        Assert.Equal(constraint.Trim(), $"{parsed}");
    }

    [Theory]
    [InlineData("1.2", "1.2.0")]
    [InlineData("= 1.2.3-rc.1", "1.2.3-rc.1")]
    [InlineData(">= 1.2.3", null)]
    [InlineData("= 1.2.3, = 1.2.3", null)]
    public void Exact_OfAConstraint_IsItsOnlyVersion(string constraint, string? expected) =>
        Assert.Equal(expected, VersionConstraint.Parse(constraint).Exact?.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1.0,")]
    [InlineData(">=")]
    [InlineData("== 1.0")]
    [InlineData("=> 1.0")]
    [InlineData("v1.0")]
    [InlineData("1.0 2.0")]
    [InlineData("1.x")]
    public void Parse_InvalidConstraint_ThrowsWithTheValue(string? text)
    {
        Assert.False(VersionConstraint.TryParse(text, out _));
        Assert.StartsWith(
            $"'{text}' is not a version constraint; expected conditions such as '~> 5.0'",
            Assert.Throws<FormatException>(() => VersionConstraint.Parse(text!)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLongConstraint_Throws()
    {
        string most = string.Join(',', Enumerable.Repeat("1.0.0", 16));

        Assert.True(VersionConstraint.TryParse(most, out _));
        Assert.False(VersionConstraint.TryParse(most + ",1.0.0", out _));
        Assert.True(VersionConstraint.TryParse("1.0.0".PadRight(VersionConstraint.MaxLength), out _));
        Assert.False(VersionConstraint.TryParse("1.0.0".PadRight(VersionConstraint.MaxLength + 1), out _));
    }
}
