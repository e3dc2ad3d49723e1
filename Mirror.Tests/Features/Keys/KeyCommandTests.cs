using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Access;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Features.Keys;

public sealed class KeyCommandTests
{
    private const string Pattern = $"{Host}/example/*";

    private static string Publisher => TestKeys.Publisher.Fingerprint;

    private static string Other => TestKeys.Other.Fingerprint;

    [Fact]
    public async Task Pin_OfTheSeenKey_RejectsVersionsOfAnother()
    {
        await using var mirror = await StartWithTwoKeysAsync();
        await mirror.GetJsonAsync(Base + "1.0.0.json");

        var pinned = await CommandLine.RunAsync(mirror.Server, "key", "pin", Pattern, Publisher.ToLowerInvariant(), "--comment", "by mail");
        int second = await StatusAsync(mirror, "2.0.0.json");
        var list = await CommandLine.RunAsync(mirror.Server, "key", "list");
        var unpinned = await CommandLine.RunAsync(mirror.Server, "key", "unpin", Pattern, Publisher);
        int again = await StatusAsync(mirror, "2.0.0.json");

        Assert.Equal((0, $"Pinned {Publisher} for {Pattern} in default.\n", ""), (pinned.ExitCode, pinned.Output, pinned.Error));
        Assert.Equal((502, 200), (second, again));
        Assert.Matches($"(?m)^{Host}/example/hello +{Publisher} +Example Publisher .* +1 +- ", list.Output);
        Assert.Matches($"(?m)^hashicorp/\\* +[0-9A-F]{{40}} +built in +-$", list.Output);
        Assert.Matches($"(?m)^{Host}/example/\\* +{Publisher} +admin +by mail$", list.Output);
        Assert.Equal((0, $"Unpinned {Publisher} for {Pattern} in default.\n"), (unpinned.ExitCode, unpinned.Output));
        Assert.Equal(
            [("key.pin", $"{Pattern} {Publisher}"), ("key.unpin", $"{Pattern} {Publisher}")],
            (await mirror.QueryAsync(db => db.Audit.Where(row => row.Action.StartsWith("key.")).OrderBy(row => row.Id).ToListAsync()))
                .Select(row => (row.Action, row.Detail!)));
    }

    [Fact]
    public async Task Pin_OfAnotherKeyThanThatOfStoredVersions_NamesThem()
    {
        await using var mirror = await StartWithTwoKeysAsync();
        await mirror.GetJsonAsync(Base + "1.0.0.json");

        var pinned = await CommandLine.RunAsync(mirror.Server, "key", "pin", Pattern, Other, "--json");
        int stored = await StatusAsync(mirror, "1.0.0.json");

        Assert.Equal((Pattern, Other), ((string)pinned.Json["provider"]!, (string)pinned.Json["fingerprint"]!));
        Assert.Contains($"1 verified version has another key, {Publisher}, and remains", pinned.Error, StringComparison.Ordinal);
        Assert.Equal(200, stored);
    }

    /// <summary>A root group can be stricter than the server's configuration, never laxer.</summary>
    [Fact]
    public async Task Pin_BesideAnotherOneOfTheConfiguration_AddsNoKey()
    {
        await using var mirror = await StartAsync(configure: options => options with
        {
            Trust = [new Core.Configuration.TrustOptions { Provider = Pattern, Fingerprints = [Other] }],
        });

        var pinned = await CommandLine.RunAsync(mirror.Server, "key", "pin", $"{Host}/example/hello", Publisher);

        Assert.Equal(0, pinned.ExitCode);
        Assert.Equal(502, await StatusAsync(mirror, "1.0.0.json"));
    }

    [Theory]
    [InlineData(2, "'ABC' is not a key fingerprint; expected 40 hexadecimal digits", "key pin hashicorp/aws ABC")]
    [InlineData(2, "'aws' is not a provider pattern", "key pin aws C874011F0AB405110D02105534365D9472D7468F")]
    [InlineData(2, "<fingerprint> is missing", "key pin hashicorp/aws")]
    [InlineData(1, "does not pin the key", "key unpin hashicorp/aws C874011F0AB405110D02105534365D9472D7468F")]
    [InlineData(1, "is already pinned for registry.terraform.io/acme/dns", "key pin acme/dns C874011F0AB405110D02105534365D9472D7468F")]
    [InlineData(1, "at 'team'", "key pin acme/dns C874011F0AB405110D02105534365D9472D7468F --group-path team/net")]
    public async Task Command_WithAMistake_NamesIt(int code, string expected, string command)
    {
        await using var mirror = await StartAsync();
        await mirror.Server.AddNamespacesAsync("team", "team/net");
        await CommandLine.RunAsync(mirror.Server, "key", "pin", "acme/dns", "C874011F0AB405110D02105534365D9472D7468F");

        var result = await CommandLine.RunAsync(mirror.Server, command.Split(' '));

        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static Task<MirrorWithOrigin> StartWithTwoKeysAsync() => StartAsync(origin => origin.AddProvider("example/hello")
        .AddVersions("1.0.0")
        .AddVersion("2.0.0", version => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Other)));

    private static async Task<int> StatusAsync(MirrorWithOrigin mirror, string document)
    {
        using var response = await mirror.Client.GetAsync(Base + document);
        return (int)response.StatusCode;
    }
}
