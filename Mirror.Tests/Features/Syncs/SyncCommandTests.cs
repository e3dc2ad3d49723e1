using Microsoft.EntityFrameworkCore;
using Mirror.Core.Sync;
using Mirror.Tests.Cli;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.Syncs;

public sealed class SyncCommandTests
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    [Theory]
    [InlineData("-group-path default -version 1.0 -platform linux_amd64 -platform=darwin_arm64")]
    [InlineData("-group-id trn:group:default -version=1.0.0 -platform linux_amd64 -platform darwin_arm64")]
    public async Task Sync_UnderItsTharsisName_IsTheSame(string options)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var sync = await CommandLine.RunAsync(
            mirror.Server, ["terraform-provider-mirror", "sync", .. options.Split(' '), Hello]);
        await mirror.WhenIdleAsync();

        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        var stored = await mirror.QueryAsync(
            db => db.Packages.OrderBy(row => row.Os).Select(row => row.Version.Version + " " + row.Os + "_" + row.Arch).ToListAsync());
        Assert.Equal(["1.0.0 darwin_arm64", "1.0.0 linux_amd64"], stored);
    }

    [Fact]
    public async Task Sync_LatestForOnePlatform_DownloadsAndReportsIt()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "linux_amd64", Hello);
        var again = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "linux_amd64", Hello);

        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        Assert.StartsWith($"fetched {Hello} 2.0.0 linux_amd64 (", sync.Output, StringComparison.Ordinal);
        Assert.EndsWith("Fetched 1, present 0, failed 0.\n", sync.Output, StringComparison.Ordinal);
        Assert.EndsWith("Fetched 0, present 1, failed 0.\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_ConstraintAsJson_HasEveryPackage()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var sync = await CommandLine.RunAsync(
            mirror.Server, "sync", "--versions", "~> 1.0", "--platform", "linux_amd64", "--platform", "darwin_arm64", Hello, "--json");

        Assert.Equal(0, sync.ExitCode);
        Assert.Equal("succeeded", (string)sync.Json["state"]!);
        Assert.Equal(4, sync.Json["packages"]!.AsArray().Count);
    }

    [Fact]
    public async Task Sync_WhileTheOriginIsDown_IsStaleUnlessTheVersionIsExact()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        string[] linux = ["sync", "--platform", "linux_amd64", Hello];
        _ = await CommandLine.RunAsync(mirror.Server, linux);
        await mirror.Origin.StopAsync();

        var forced = await CommandLine.RunAsync(mirror.Server, "refresh", Hello);
        var latest = await CommandLine.RunAsync(mirror.Server, linux);
        var json = await CommandLine.RunAsync(mirror.Server, [.. linux, "--json"]);
        var allowed = await CommandLine.RunAsync(mirror.Server, [.. linux, "--allow-stale"]);
        var exact = await CommandLine.RunAsync(mirror.Server, [.. linux, "--version", "2.0.0"]);
        var diagnosis = await CommandLine.RunAsync(mirror.Server, "diagnose", Hello);

        Assert.Equal(0, forced.ExitCode);
        Assert.Equal(3, latest.ExitCode);
        Assert.Contains("could not be reached", latest.Error, StringComparison.Ordinal);
        Assert.EndsWith($"The latest known version is 2.0.0.\n", latest.Error, StringComparison.Ordinal);
        Assert.EndsWith("Fetched 0, present 1, failed 0.\n", latest.Output, StringComparison.Ordinal);
        Assert.Equal((3, "stale"), (json.ExitCode, (string)json.Json["state"]!));
        Assert.Equal(0, allowed.ExitCode);
        Assert.Equal((0, ""), (exact.ExitCode, exact.Error));
        Assert.Contains("unknown at the origin, 1 stored", diagnosis.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_OfAMissingVersion_FailsWithTheReasonOnStandardError()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var platform = await CommandLine.RunAsync(mirror.Server, "sync", "--platform", "plan9_mips", Hello);
        var version = await CommandLine.RunAsync(mirror.Server, "sync", "--version", "9.9.9", Hello);
        await mirror.Origin.StopAsync();
        var down = await CommandLine.RunAsync(mirror.Server, "sync", $"{MirrorWithOrigin.Host}/example/other");

        Assert.Equal(1, platform.ExitCode);
        Assert.Contains("plan9_mips", platform.Error, StringComparison.Ordinal);
        Assert.Equal(1, version.ExitCode);
        Assert.Contains("9.9.9", version.Error, StringComparison.Ordinal);
        Assert.Equal(1, down.ExitCode);
        Assert.Contains("could not be reached", down.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_LockFile_DownloadsTheLockedProviders()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(origin =>
        {
            origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
            origin.AddProvider("example/other").AddVersions("3.0.0", "3.1.0");
        });
        using var directory = new Importing.MirrorDirectory();
        string file = directory.AddFile(".terraform.lock.hcl", $$"""
            # This file is maintained automatically by "terraform init".
            provider "{{Hello}}" {
              version     = "1.0.0"
              constraints = "~> 1.0"
              hashes = [
                "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
              ]
            }

            provider "{{MirrorWithOrigin.Host}}/example/other" {
              version = "3.0.0"
            }
            """);

        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--lock-file", file, "--platform", "linux_amd64", "--json");

        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        Assert.Equal(["example/hello 1.0.0 fetched", "example/other 3.0.0 fetched"], sync.Json["packages"]!.AsArray()
            .Select(package => $"{((string)package!["provider"]!).Split('/', 2)[1]} {package["version"]} {package["state"]}").Order());
    }

    [Theory]
    [InlineData("provider \"registry.example.com/example/hello\" {\n}", "line 1, column 1")]
    [InlineData("provider \"hello\" {\n version = \"1.0.0\"\n}", "line 1, column 1: 'hello' is not a provider source address")]
    [InlineData("{ \"json\": 1 }", "line 1")]
    [InlineData("", "contains no providers")]
    public async Task Sync_InvalidLockFile_ReportsTheLine(string content, string expected)
    {
        await using var server = await Hosting.MirrorServer.StartAsync();
        using var directory = new Importing.MirrorDirectory();

        var sync = await CommandLine.RunAsync(server, "sync", "--lock-file", directory.AddFile("lock.hcl", content));

        Assert.Equal((1, ""), (sync.ExitCode, sync.Output));
        Assert.Contains(expected, sync.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_Force_DownloadsAgainAndRepairsTheStore()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        string[] sync = ["sync", "--version", "1.0.0", "--platform", "linux_amd64", Hello];
        await CommandLine.RunAsync(mirror.Server, sync);
        string stored = Directory.GetFiles(
            Path.Combine(mirror.Server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories).Single();
        byte[] sound = await File.ReadAllBytesAsync(stored);
        await File.WriteAllBytesAsync(stored, [.. sound.Select(b => (byte)~b)]);

        var again = await CommandLine.RunAsync(mirror.Server, [.. sync, "--force"]);

        Assert.Equal(0, again.ExitCode);
        Assert.EndsWith("Fetched 1, present 0, failed 0.\n", again.Output, StringComparison.Ordinal);
        Assert.Equal(2, mirror.Origin.Count(Origin.RequestKind.Package));
        Assert.Equal(sound, await File.ReadAllBytesAsync(stored));
        Assert.Equal(0, mirror.CountStagedFiles());
    }

    [Fact]
    public async Task Sync_WithTheCallersToken_UsesItForThisSyncOnlyAndDoesNotStoreIt()
    {
        const string token = "a-very-secret-token-of-the-caller";
        await using var mirror = await MirrorWithOrigin.StartAsync();
        mirror.Origin.RequireToken(token);
        var client = new Web.Contracts.MirrorClient(mirror.Server.AdminClient);
        var order = new SyncOrder(
            [new(Hello, "1.0.0")], ["linux_amd64"], Tokens: new Dictionary<string, string> { [MirrorWithOrigin.Host] = token });

        var started = await client.StartSyncAsync(Core.Addresses.NamespacePath.Default, order, CancellationToken.None);
        SyncStatus? ended = null;
        await foreach (var document in client.WatchSyncAsync(Core.Addresses.NamespacePath.Default, started.Id, CancellationToken.None))
        {
            ended = document;
        }

        Assert.Equal(Core.Database.SyncState.Succeeded, ended!.State);
        mirror.Origin.AssertNoViolations();
        await mirror.WhenIdleAsync();
        var contents = await ReadAllAsync(mirror.Server.DataDirectory);
        Assert.Contains(contents, content => content.Contains(MirrorWithOrigin.Host, StringComparison.Ordinal));
        Assert.All(contents, content => Assert.DoesNotContain(token, content, StringComparison.Ordinal));

        // The packages stay for members of the group. No other request uses the token.
        using var anonymous = await mirror.Client.GetAsync(MirrorWithOrigin.Base + "index.json");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var known = await mirror.Server.AdminClient.GetAsync($"{MirrorWithOrigin.Base}1.0.0.json");
        Assert.Equal(System.Net.HttpStatusCode.OK, known.StatusCode);
        using var signed = await mirror.Server.AdminClient.GetAsync(
            $"/v1/registries/{MirrorWithOrigin.Host}/providers/example/hello/1.0.0/download/linux/amd64");
        Assert.Equal(System.Net.HttpStatusCode.OK, signed.StatusCode);
        var other = await CommandLine.RunAsync(mirror.Server, "sync", "--version", "2.0.0", "--platform", "linux_amd64", Hello);
        Assert.Equal(1, other.ExitCode);
    }

    /// <summary>Two private origins, and a sync that brings the token of one.</summary>
    [Fact]
    public async Task Sync_TokenInTheEnvironment_IsSentToItsHostOnlyAndKeptNowhere()
    {
        const string token = "a-secret-token-of-the-environment";
        await using var other = Origin.FakeOrigin.Start();
        other.AddProvider("example/hello").AddVersions("1.0.0");
        var log = new Hosting.RecordedLog();
        var otherHost = new Core.Configuration.UpstreamHostOptions
        {
            Name = Core.Addresses.ProviderAddress.Parse("other.example.com/a/b").Hostname,
            ProvidersUrl = new Uri(other.ProvidersUrl),
        };
        await using var mirror = await MirrorWithOrigin.StartAsync(
            upstream: upstream => upstream with { Hosts = [.. upstream.Hosts, otherHost] },
            services: log.RecordEverything);
        mirror.Origin.RequireToken(token);
        using var home = new UserHome();
        var environment = home.Environment(
            $"MIRROR_URL={mirror.Server.Url}", $"MIRROR_TOKEN={mirror.Server.AdminToken}", $"TF_TOKEN_registry_example_com={token}");

        var sync = await CommandLine.RunAsync(
            environment, "sync", "--version", "1.0.0", "--platform", "linux_amd64", Hello, "other.example.com/example/hello");

        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        await mirror.WhenIdleAsync();
        // The origins are strict: a token at an address that takes none is a violation.
        mirror.Origin.AssertNoViolations();
        other.AssertNoViolations();
        Assert.Contains(mirror.Origin.Requests, request => request.Authorization == $"Bearer {token}");
        Assert.All(other.Requests, request => Assert.Null(request.Authorization));
        string audit = await mirror.Server.AdminClient.GetStringAsync("/api/v1/audit?take=500");
        string syncs = await mirror.Server.AdminClient.GetStringAsync("/api/v1/groups/default/syncs");
        Assert.Contains("sync", audit, StringComparison.Ordinal);
        Assert.Contains(Hello, syncs, StringComparison.Ordinal);
        Assert.NotEmpty(log.Entries);
        Assert.All(
            [audit, syncs, sync.Output, .. log.Entries, .. await ReadAllAsync(mirror.Server.DataDirectory)],
            text => Assert.DoesNotContain(token, text, StringComparison.Ordinal));
        using var anonymous = await mirror.Client.GetAsync($"{MirrorWithOrigin.Base}1.0.0.json");
        using var open = await mirror.Client.GetAsync("/v1/mirror/other.example.com/example/hello/1.0.0.json");
        Assert.Equal(
            (System.Net.HttpStatusCode.Unauthorized, System.Net.HttpStatusCode.OK), (anonymous.StatusCode, open.StatusCode));
    }

    [Theory]
    [InlineData("no host", "token", "tokens: 'no host' is not a hostname.")]
    [InlineData("registry.example.com", "two words", "tokens: registry.example.com: The value contains spaces")]
    [InlineData("registry.example.com", "", "tokens: registry.example.com: The value is empty")]
    public async Task Sync_InvalidToken_IsRejectedWithoutShowingIt(string host, string token, string expected)
    {
        await using var server = await Hosting.MirrorServer.StartAsync();
        var client = new Web.Contracts.MirrorClient(server.AdminClient);
        var order = new SyncOrder([new(Hello)], Tokens: new Dictionary<string, string> { [host] = token });

        var failure = await Assert.ThrowsAsync<Web.Contracts.MirrorApiException>(() =>
            client.StartSyncAsync(Core.Addresses.NamespacePath.Default, order, CancellationToken.None));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name at least one provider")]
    [InlineData("--lock-file cannot be combined with addresses", "hashicorp/aws", "--lock-file", "/etc/hostname")]
    [InlineData("does not exist", "--lock-file", "/no/such/file")]
    public async Task Sync_WithTooFewOrTooManyArguments_IsAUsageError(string expected, params string[] args)
    {
        var sync = await CommandLine.RunAsync(["sync", .. args]);

        Assert.Equal(2, sync.ExitCode);
        Assert.Contains(expected, sync.Error, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> ReadAllAsync(string directory)
    {
        var contents = new List<string>();
        foreach (string file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file =>
            !file.EndsWith("mirror.lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            contents.Add(await reader.ReadToEndAsync());
        }

        return contents;
    }

    [Theory]
    [InlineData("aws")]
    [InlineData("hashicorp/aws", "--versions", "latest")]
    [InlineData("hashicorp/aws", "--platform", "linux")]
    [InlineData("hashicorp/aws", "--version", "5.0.0", "--versions", "~> 5.0")]
    public async Task Sync_UsageError_ExitsWith2AndNamesTheValue(params string[] args)
    {
        var sync = await CommandLine.RunAsync(["sync", .. args]);

        Assert.Equal(2, sync.ExitCode);
        Assert.Contains(args[^1] == "~> 5.0" ? "--versions" : $"'{args[^1]}'", sync.Error, StringComparison.Ordinal);
        Assert.Equal("", sync.Output);
    }
}
