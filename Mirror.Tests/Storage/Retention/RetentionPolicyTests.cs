using Mirror.Core.Addresses;
using Mirror.Core.Storage.Retention;

namespace Mirror.Tests.Storage.Retention;

public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Each stored package is a letter, its size, the day of its last use, and <c>r</c> if it is being read or <c>k</c> if it could not be
    /// downloaded again.
    /// </summary>
    [Theory]
    [InlineData("a10@1 b10@2 c10@3", 10, "a")]
    [InlineData("a10@3 b10@1 c10@2", 10, "b")]
    [InlineData("a10@3 b10@1 c10@2", 11, "b c")]
    [InlineData("a10@1 b10@2 c10@3", 30, "a b c")]
    [InlineData("a10@1 b10@2 c10@3", 31, "")]
    [InlineData("a10@1r b10@2 c10@3", 10, "b")]
    [InlineData("a10@1k b10@2 c10@3", 10, "b")]
    [InlineData("a10@1k b10@2r", 1, "")]
    [InlineData("a10@1r b10@2 c10@3", 21, "")]
    [InlineData("a10@1", 0, "")]
    [InlineData("", 5, "")]
    public void Choose_ForARequiredSize_ReturnsOnlyTheLeastRecentlyUsed(string stored, long needed, string expected)
    {
        var packages = stored.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();

        var chosen = RetentionPolicy.Choose(packages, needed);

        Assert.Equal(expected, string.Join(' ', chosen.Select(bytes => bytes.Digest.Hex[..1])));
    }

    private static StoredBytes Parse(string text)
    {
        string[] parts = text[1..].TrimEnd('r', 'k').Split('@');
        return new StoredBytes(
            Sha256Digest.Parse(new string(text[0], 64)),
            long.Parse(parts[0], null),
            Start.AddDays(int.Parse(parts[1], null)),
            CanReturn: !text.EndsWith('k'),
            IsRead: text.EndsWith('r'));
    }
}
