using Mirror.Web.Commands;

namespace Mirror.Tests.Commands;

public sealed class CommandTableTests
{
    private static readonly string[] Header = ["PROVIDER", "PLATFORMS", "BY"];

    private static readonly string[] Row = ["registry.example.com/example/hello", "darwin_arm64,linux_amd64,windows_amd64", "admin"];

    [Fact]
    public void Lines_ForAFile_AreAsWideAsWhatIsInThem() =>
        Assert.Equal(
            [
                "PROVIDER                            PLATFORMS                               BY",
                "registry.example.com/example/hello  darwin_arm64,linux_amd64,windows_amd64  admin",
            ],
            CommandTable.Lines(Header, [Row], null));

    [Fact]
    public void Lines_ForANarrowTerminal_FoldTheWidestAndLoseNothing() =>
        Assert.Equal(
            [
                "PROVIDER              PLATFORMS              BY",
                "registry.example.com  darwin_arm64,          admin",
                "/example/hello        linux_amd64,",
                "                      windows_amd64",
            ],
            CommandTable.Lines(Header, [Row], 50));

    [Fact]
    public void Lines_WhereNothingFits_AreStillColumns() =>
        Assert.All(CommandTable.Lines(Header, [Row], 1), line => Assert.True(line.Length <= (3 * 8) + (2 * 2), line));

    [Fact]
    public void Lines_OfNoRows_AreTheHeader() => Assert.Equal(["PROVIDER  PLATFORMS  BY"], CommandTable.Lines(Header, [], 80));
}
