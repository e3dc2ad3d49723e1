using System.Text.RegularExpressions;
using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

public sealed class CommandTableTests
{
    private static readonly TableHeader[] Header =
        [new("PROVIDER", Folds: true), new("PLATFORMS", Folds: true), new("SIGNED BY", Spare: true, Folds: true), "AT"];

    private static readonly TableCell[] Row =
        ["registry.example.com/example/hello", "darwin_arm64,linux_amd64,windows_amd64", "Ada <ada@example.com>", "2026-11-26 10:00"];

    [Fact]
    public void Lines_ForAFile_AreAsWideAsTheirContent() =>
        Assert.Equal(
            [
                "PROVIDER                            PLATFORMS                               SIGNED BY              AT",
                "registry.example.com/example/hello  darwin_arm64,linux_amd64,windows_amd64  Ada <ada@example.com>  2026-11-26 10:00",
            ],
            CommandTable.Lines(Header, [Row], null));

    [Fact]
    public void Table_OfExternalText_ContainsNoControlSequences()
    {
        using var written = new StringWriter();

        new CommandOutput(written, TextWriter.Null, json: false).Table(["ABOUT"], [["GET /\u001b[2J\u009b1m\rroot"]]);

        Assert.Equal($"ABOUT{Environment.NewLine}GET /\uFFFD[2J\uFFFD1m\uFFFDroot{Environment.NewLine}", written.ToString());
    }

    [Fact]
    public void Lines_ForANarrowTerminal_AreWrappedBetweenParts() =>
        Assert.Equal(
            [
                "PROVIDER               PLATFORMS         SIGNED BY          AT",
                "registry.example.com/  darwin_arm64,     Ada                2026-11-26 10:00",
                "example/hello          linux_amd64,      <ada@example.com>",
                "                       windows_amd64",
            ],
            CommandTable.Lines(Header, [Row], 76));

    [Fact]
    public void Lines_WithoutEnoughWidth_OmitOptionalColumns() =>
        Assert.Equal(
            [
                "PROVIDER               PLATFORMS      AT",
                "registry.example.com/  darwin_arm64,  2026-11-26 10:00",
                "example/hello          linux_amd64,",
                "                       windows_amd64",
            ],
            CommandTable.Lines(Header, [Row], 54));

    [Fact]
    public void Lines_ForALongWord_BreakAtItsParts() => Assert.Equal(
        ["HOST", "registry.", "example.com"], CommandTable.Lines([new("HOST", Folds: true)], [["registry.example.com"]], 11));

    [Fact]
    public void Lines_WithAlmostNoWidth_WrapAnywhereWithinTheirColumns() =>
        Assert.All(CommandTable.Lines(Header, [Row], 1), line => Assert.True(line.Length <= (4 * 8) + (3 * 2), line));

    [Fact]
    public void Lines_WithColors_AreAlignedAsWithoutThem()
    {
        TableCell[] row = [new("hashicorp/aws", Tone.Plain), new("verified", Tone.Good), new("-", Tone.Quiet)];

        string[] plain = [.. CommandTable.Lines(["PROVIDER", "TRUST", "USED"], [row], 80)];
        string[] colored = [.. CommandTable.Lines(["PROVIDER", "TRUST", "USED"], [row], 80, isColored: true)];

        Assert.StartsWith("\u001b[1mPROVIDER\u001b[0m       \u001b[1mTRUST\u001b[0m", colored[0], StringComparison.Ordinal);
        Assert.Contains("  \u001b[32mverified\u001b[0m  \u001b[2m-\u001b[0m", colored[1], StringComparison.Ordinal);
        Assert.Equal(plain, colored.Select(line => Regex.Replace(line, "\u001b\\[[0-9]+m", "")));
    }

    [Fact]
    public void Lines_WithoutRows_AreTheHeader() => Assert.Equal(["PROVIDER  PLATFORMS  SIGNED BY  AT"], CommandTable.Lines(Header, [], 80));
}
