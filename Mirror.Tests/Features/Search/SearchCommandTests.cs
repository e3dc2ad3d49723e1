using Mirror.Tests.Cli;
using Mirror.Tests.Http;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Features.Search;

public sealed class SearchCommandTests(ApiServer fixture) : IClassFixture<ApiServer>
{
    private Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(fixture.Server, ["search", .. args]);

    [Theory]
    [InlineData("null", "provider hashicorp/null 1.1.0 2 versions, ")]
    [InlineData("NULL 1.0.0", "provider hashicorp/null 1.0.0 1 version, ")]
    [InlineData("registry.example.com other", "provider registry.example.com/example/other 2.0.0 1 version, ")]
    public async Task Search_WithMatchingProviders_ListsThemWithTheirMatchingVersions(string words, string expected)
    {
        var found = await RunAsync(words.Split(' '));

        Assert.Equal((0, ""), (found.ExitCode, found.Error));
        string[] lines = found.Output.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(["KIND", "NAME", "NEWEST", "DETAILS"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(expected, string.Join(' ', lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithMoreResultsThanItTakes_SaysHowMany()
    {
        var found = await RunAsync("registry", "--take", "1");

        Assert.Equal(2, found.Output.TrimEnd().Split('\n').Length);
        Assert.Contains("1 more", found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithoutAMatch_SaysSo()
    {
        var found = await RunAsync("no", "such", "thing");

        Assert.Equal((0, "Nothing in default matches 'no such thing'.\n"), (found.ExitCode, found.Output));
    }

    [Fact]
    public async Task Search_InJson_IsTheApisDocument()
    {
        var found = (await RunAsync("hashicorp", "--json")).Json;

        Assert.Equal(1, (int)found["providers"]!["total"]!);
        Assert.Equal("registry.terraform.io/hashicorp/null", (string)found["providers"]!["items"]![0]!["provider"]!);
        Assert.Equal((0, 0), ((int)found["modules"]!["total"]!, (int)found["keys"]!["total"]!));
    }

    [Fact]
    public async Task Search_AcrossKinds_FindsModulesAndKeys()
    {
        await using var mirror = await StartAsync(origin =>
        {
            origin.AddProvider("example/hello").AddVersions("1.0.0");
            ModuleTests.SetUp(origin);
        });
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        using var located = await mirror.Client.GetAsync(ModuleDownload);
        string archive = located.Headers.GetValues("X-Terraform-Get").Single().Split("//")[0];
        await mirror.Client.GetByteArrayAsync(ModuleDownload[..^"download".Length] + archive);
        await mirror.WhenIdleAsync();

        var module = await CommandLine.RunAsync(mirror.Server, "search", ModuleTests.Module.Split('/')[1].ToUpperInvariant());
        var key = await CommandLine.RunAsync(mirror.Server, "search", TestKeys.Publisher.Fingerprint[..12]);

        Assert.Matches($"(?m)^module +{Host}/{ModuleTests.Module} +1.0.0 +1 version, ", module.Output);
        Assert.Matches($"(?m)^key +{TestKeys.Publisher.Fingerprint} +- +Example Publisher .*, signs {Host}/example/hello$", key.Output);
    }

    [Theory]
    [InlineData(2, "<text> is missing")]
    [InlineData(2, "different words; expected at most 8", "a", "b", "c", "d", "e", "f", "g", "h", "i")]
    [InlineData(2, "--take: '0' is not valid", "aws", "--take", "0")]
    [InlineData(1, "take", "aws", "--take", "101")]
    [InlineData(1, "no group or workspace 'nowhere'", "aws", "--group-path", "nowhere")]
    public async Task Search_WithAMistake_NamesIt(int code, string expected, params string[] args)
    {
        var result = await RunAsync(args);

        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static string ModuleDownload => $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/download";
}
