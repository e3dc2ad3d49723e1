using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Tests.Addresses;

public sealed class ProviderVersionTests
{
    // In ascending order. The first part is the example in the SemVer specification.
    private static readonly string[] Ordered =
    [
        "0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "0.9.0", "0.10.0",
        "1.0.0-0", "1.0.0-0.0", "1.0.0-2", "1.0.0-10", "1.0.0--", "1.0.0-1a", "1.0.0-A",
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta", "1.0.0-alpha-1", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0-rc.1+-", "1.0.0-rc.1+a", "1.0.0-rc.1+b", "1.0.0", "1.0.0+a", "1.0.0+b",
        "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0", "18446744073709551615.0.0",
    ];

    [Fact]
    public void Versions_Sorted_AreOrderedByPrecedenceThenBuildMetadata()
    {
        var versions = Ordered.Select(ProviderVersion.Parse).ToList();
        for (int i = 0; i < versions.Count; i++)
        {
            for (int j = 0; j < versions.Count; j++)
            {
                var (left, right) = (versions[i], versions[j]);
                Assert.Equal((left, right, Math.Sign(i - j)), (left, right, Math.Sign(left.CompareTo(right))));
                Assert.Equal($"{i < j} {i > j} {i <= j} {i >= j}", $"{left < right} {left > right} {left <= right} {left >= right}");
                Assert.Equal(Math.Sign(i - j), Math.Sign(string.CompareOrdinal(left.SortKey, right.SortKey)));
                Assert.Equal(
                    Math.Sign(i - j),
                    Math.Sign(VersionText.Compare(Encoding.ASCII.GetBytes(left.Value), Encoding.ASCII.GetBytes(right.Value))));
                Assert.Equal(i == j, left.Equals(right));
            }
        }

        Assert.Equal(1, versions[0].CompareTo(null));
        Assert.False(versions[0].Equals(null));
    }

    [Theory]
    [InlineData("1", "1.0.0", "", "")]
    [InlineData("1.2-rc.1+b.01", "1.2.0-rc.1+b.01", "rc.1", "b.01")]
    [InlineData("1.2.3+b-c", "1.2.3+b-c", "", "b-c")]
    [InlineData("1.2.3-a-b", "1.2.3-a-b", "a-b", "")]
    public void Parse_Version_ReturnsItsParts(string text, string value, string prerelease, string build)
    {
        var version = ProviderVersion.Parse(text);

        Assert.Equal(
            (value, value, prerelease, build, prerelease.Length > 0),
            (version.Value, $"{version}", version.Prerelease, version.Build, version.IsPrerelease));
        Assert.Equal(version, ProviderVersion.Parse(value));
        Assert.Equal(version.GetHashCode(), ProviderVersion.Parse(value).GetHashCode());
        Assert.Equal(text == value, ProviderVersion.TryParseCanonical(text, out _));
    }

    [Theory]
    [InlineData("1.2.3", "1.2.3+x", true)]
    [InlineData("1.2.3-a+x", "1.2.3-a+y", true)]
    [InlineData("1.2.3", "1.2.3-a", false)]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData("1.2.3", "1.3.3", false)]
    [InlineData("1.2.3", "2.2.3", false)]
    public void SamePrecedence_OfTwoVersions_IgnoresOnlyBuildMetadata(string left, string right, bool expected) =>
        Assert.Equal(expected, ProviderVersion.Parse(left).HasSamePrecedence(ProviderVersion.Parse(right)));

    [Fact]
    public void Parse_VersionOfMaximumLength_Succeeds()
    {
        string longest = "1.0.0-" + new string('a', ProviderVersion.MaxLength - 6);

        Assert.Equal(longest, ProviderVersion.Parse(longest).Value);
        Assert.False(ProviderVersion.TryParse(longest + "a", out _));
    }

    [Fact]
    public void Parse_InvalidVersion_ThrowsWithTheValue() => Assert.Equal(
        "'v1.0.0' is not a version; expected a semantic version without a leading 'v', such as '5.100.0'.",
        Assert.Throws<FormatException>(() => ProviderVersion.Parse("v1.0.0")).Message);
}
