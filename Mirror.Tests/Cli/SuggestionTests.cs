using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

public sealed class SuggestionTests
{
    private static readonly string[] Known = ["list-versions", "list-platforms", "get-version", "sync", "settings", "serve", "group"];

    [Theory]
    [InlineData("list-version", "list-versions")]
    [InlineData("lits-versions", "list-versions")]
    [InlineData("LIST-VERSIONS", "list-versions")]
    [InlineData("listversions", "list-versions")]
    [InlineData("snyc", "sync")]
    [InlineData("server", "serve")]
    [InlineData("list", "list-versions", "list-platforms")]
    [InlineData("grup", "group")]
    [InlineData("s")]
    [InlineData("x")]
    [InlineData("frobnicate")]
    [InlineData("plan")]
    [InlineData("sync")]
    public void Find_MisspelledName_ReturnsTheNearestKnownOne(string given, params string[] expected) =>
        Assert.Equal(expected, Suggestion.Find(given, Known));

    [Theory]
    [InlineData("snyc", "; did you mean sync?")]
    [InlineData("list", "; did you mean list-versions or list-platforms?")]
    [InlineData("plan", "")]
    public void For_MisspelledName_EndsASentence(string given, string expected) => Assert.Equal(expected, Suggestion.For(given, Known));

    [Fact]
    public void Find_ManyNearNames_ReturnsAtMostThree() =>
        Assert.Equal(["--aa", "--ab", "--ac"], Suggestion.Find("--a", ["--aa", "--ab", "--ac", "--ad"]));

    [Fact]
    public void Find_OptionOfOneLetter_ReturnsNone() => Assert.Empty(Suggestion.Find("-x", ["-h", "-?", "--help"]));
}
