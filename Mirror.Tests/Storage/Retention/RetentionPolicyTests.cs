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
        var chosen = RetentionPolicy.Choose(ParseAll(stored), needed);

        Assert.Equal(expected, string.Join(' ', chosen.Select(bytes => bytes.Digest.Hex[..1])));
    }

    [Theory]
    [InlineData("a10@1 b10@2 c10@3", 3, "a b")]
    [InlineData("a10@3 b10@1 c10@2", 3, "b c")]
    [InlineData("a10@3 b10@1 c10@2", 1, "")]
    [InlineData("a10@1r b10@2k c10@2", 9, "c")]
    [InlineData("a10@1k b10@1r", 9, "")]
    [InlineData("", 9, "")]
    public void ChooseUnused_SinceADay_ReturnsAllThatCanBeDownloadedAgain(string stored, int day, string expected)
    {
        var chosen = RetentionPolicy.ChooseUnused(ParseAll(stored), Start.AddDays(day));

        Assert.Equal(expected, string.Join(' ', chosen.Select(bytes => bytes.Digest.Hex[..1])));
    }

    /// <summary>On day 20, with packages kept for 15 days.</summary>
    [Theory]
    [InlineData("a10@6 b20@11 c30@12", 7, 2, 30, 21)]
    [InlineData("a10@6 b20@11 c30@12", 0, 0, 0, null)]
    [InlineData("a10@4 b20@19", 7, 1, 10, 19)]
    [InlineData("a10@6k b20@7r c30@8", 7, 1, 30, 23)]
    [InlineData("a10@12", 7, 0, 0, null)]
    [InlineData("", 7, 0, 0, null)]
    public void Forecast_OfTheNextDays_NamesHowManyAndWhen(string stored, int days, int packages, long bytes, int? firstDay)
    {
        var forecast = RetentionPolicy.Forecast(ParseAll(stored), TimeSpan.FromDays(15), Start.AddDays(20), days);

        Assert.Equal(
            new UnusedForecast(days, packages, bytes, firstDay is { } day ? Start.AddDays(day) : null),
            forecast);
    }

    private static List<StoredBytes> ParseAll(string stored) =>
        [.. stored.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

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
