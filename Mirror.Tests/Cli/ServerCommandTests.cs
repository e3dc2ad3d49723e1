using System.Text.Json.Nodes;
using Mirror.Tests.Http;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Xunit;

namespace Mirror.Tests.Cli;

public sealed class ServerCommandTests(ApiServer fixture) : IClassFixture<ApiServer>
{
    private Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(fixture.Server, args);

    [Fact]
    public async Task ListVersions_Text_HidesTheDefaultHostname()
    {
        var list = await RunAsync("list-versions", "default");

        Assert.Equal(0, list.ExitCode);
        string[] lines = list.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal(["PROVIDER", "VERSION", "PLATFORMS"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Equal(
            ["registry.example.com/example/other", "2.0.0", "linux_amd64"],
            lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Equal(
            ["hashicorp/null", "1.0.0", "darwin_arm64,linux_amd64"], lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Contains("imported", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "--search", "null" }, new[] { "1.1.0", "1.0.0" }, 2)]
    [InlineData(new[] { "--sort", "version", "--descending" }, new[] { "2.0.0", "1.1.0", "1.0.0" }, 3)]
    [InlineData(new[] { "--sort", "version", "--skip", "1", "--take", "1" }, new[] { "1.1.0" }, 3)]
    public async Task ListVersions_Options_SearchSortAndPage(string[] options, string[] versions, int total)
    {
        var list = (await RunAsync(["list-versions", "default", "--json", .. options])).Json;

        Assert.Equal(versions, list["items"]!.AsArray().Select(item => (string)item!["version"]!));
        Assert.Equal(total, (int)list["total"]!);
    }

    [Fact]
    public async Task GetVersion_Text_ShowsTrustAndHashes()
    {
        var version = await RunAsync("get-version", "hashicorp/null", "1.0.0");

        Assert.Equal(0, version.ExitCode);
        Assert.Contains("no publisher signature", version.Output, StringComparison.Ordinal);
        Assert.Equal(2, version.Output.Split("  zh:").Length - 1);
        Assert.Equal(2, version.Output.Split("  h1:").Length - 1);
    }

    [Fact]
    public async Task ListPlatforms_Json_IsTheApisDocument()
    {
        var platforms = (await RunAsync("list-platforms", "hashicorp/null", "1.0.0", "--json")).Json;

        var api = JsonNode.Parse(await fixture.Server.Client.GetStringAsync(
            new Uri("/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/1.0.0/platforms", UriKind.Relative)));
        Assert.True(JsonNode.DeepEquals(api, platforms));
    }

    [Theory]
    [InlineData("list-platforms hashicorp/null 1.0.0", "list-platforms -group-path default hashicorp/null 1.0.0")]
    [InlineData("list-platforms hashicorp/null 1.0.0", "list-platform-mirrors hashicorp/null 1.0.0")]
    [InlineData("list-platforms hashicorp/null 1.0.0", "list-platforms -group-path=default hashicorp/null 1.0.0")]
    [InlineData("list-platforms hashicorp/null 1.0.0 --os linux", "list-platforms -os linux -architecture=amd64 hashicorp/null 1.0.0")]
    [InlineData("list-platforms hashicorp/null 1.0.0 --skip 1 --take 1", "list-platform-mirrors -cursor 1 -limit 1 hashicorp/null 1.0.0")]
    [InlineData(
        "list-platforms hashicorp/null 1.0.0 --sort cachedAt --descending",
        "list-platforms -sort-by CREATED_AT_DESC trn:terraform_provider_version_mirror:default/registry.terraform.io/hashicorp/null/1.0.0")]
    [InlineData("list-platforms hashicorp/null 1.0.0", "list-platforms trn:terraform_provider_version_mirror:default/hashicorp/null/1.0.0")]
    [InlineData(
        "list-platforms registry.example.com/example/other 2.0.0",
        "list-platform-mirrors trn:terraform_provider_version_mirror:default/registry.example.com/example/other/2.0.0")]
    [InlineData(
        "get-version hashicorp/null 1.0.0",
        "get-version trn:terraform_provider_version_mirror:default/registry.terraform.io/hashicorp/null/1.0.0")]
    [InlineData(
        "terraform-provider-mirror get-platform hashicorp/null 1.0.0 linux_amd64",
        "get-platform trn:terraform_provider_platform_mirror:default/registry.terraform.io/hashicorp/null/1.0.0/linux/amd64")]
    [InlineData("list-versions --take 1", "list-versions -limit 1 default")]
    [InlineData("list-versions --skip 1 --take 1", "list-versions -limit=1 -cursor=1 trn:group:default")]
    [InlineData("list-versions --sort cachedAt", "list-versions -sort-by CREATED_AT_ASC default")]
    [InlineData("list-versions --sort cachedAt --descending", "list-versions -sort-by=created_at_desc default")]
    [InlineData("list-versions --sort provider --descending", "list-versions -sort-by TYPE_DESC default")]
    [InlineData("list-versions --sort provider", "list-versions -sort-by TYPE_ASC default")]
    [InlineData("list-versions --sort cachedAt --descending", "list-versions -sort-order DESC default")]
    [InlineData("list-versions --sort cachedAt", "list-versions --sort-order=ASC -group-id trn:group:default")]
    public async Task Command_UnderItsTharsisName_IsTheSame(string command, string other)
    {
        var direct = await RunAsync([.. command.Split(' '), "--json"]);
        var aliased = await RunAsync(["terraform-provider-mirror", .. other.Split(' '), "-json"]);

        Assert.Equal(0, direct.ExitCode);
        Assert.Equal(direct, aliased);
    }

    /// <summary>With a TRN, Tharsis deletes a platform without asking, and a version with -force.</summary>
    [Theory]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-version -force trn:terraform_provider_version_mirror:default/registry.terraform.io/hashicorp/null/9.9.9")]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-version -f trn:terraform_provider_version_mirror:default/registry.terraform.io/hashicorp/null/9.9.9")]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-platform trn:terraform_provider_platform_mirror:default/registry.terraform.io/hashicorp/null/9.9.9/linux/amd64")]
    [InlineData("no group or workspace 'team/net'", "delete-platform trn:terraform_provider_platform_mirror:team/net/registry.terraform.io/hashicorp/null/9.9.9/linux/amd64")]
    [InlineData("--yes", "delete-version trn:terraform_provider_version_mirror:default/registry.terraform.io/hashicorp/null/9.9.9")]
    [InlineData("'VFBWTV8wMTk4' is not a", "get-version VFBWTV8wMTk4 1.0.0")]
    [InlineData("'SIZE_ASC' is not", "list-versions -sort-by SIZE_ASC default")]
    public async Task Command_WithTharsisNames_Fails(string reason, string command)
    {
        var result = await RunAsync(["terraform-provider-mirror", .. command.Split(' ')]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetPlatform_OfAVersion_IsOneOfItsPlatforms()
    {
        var list = (await RunAsync("list-platforms", "hashicorp/null", "1.0.0", "--json")).Json;

        var platform = await RunAsync("terraform-provider-mirror", "get-platform", "hashicorp/null", "1.0.0", "linux_amd64", "-json");
        var missing = await RunAsync("terraform-provider-mirror", "get-platform", "hashicorp/null", "1.0.0", "linux_386");

        var expected = list["platforms"]!.AsArray().Single(item => (string)item!["platform"]! == "linux_amd64");
        Assert.True(JsonNode.DeepEquals(expected, platform.Json));
        Assert.Equal((1, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("hashicorp/null 1.0.0 is not stored for linux_386", missing.Error, StringComparison.Ordinal);
    }

    /// <summary>A command's group is its first position or an option, and default if there is neither.</summary>
    [Theory]
    [InlineData("list-versions --json")]
    [InlineData("list-versions default --json")]
    [InlineData("list-versions --group-path default --json")]
    [InlineData("list-versions default --group-path default --json")]
    public async Task Group_InAnyForm_IsTheSame(string command)
    {
        var list = await RunAsync(command.Split(' '));

        Assert.Equal((0, ""), (list.ExitCode, list.Error));
        Assert.Equal(3, (int)list.Json["total"]!);
    }

    /// <summary>With required positions after it, their number decides whether the first one is the group.</summary>
    [Theory]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-version hashicorp/null 9.9.9 --yes")]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-version default hashicorp/null 9.9.9 --yes")]
    [InlineData("hashicorp/null 9.9.9 is not stored", "delete-version hashicorp/null --group-path default 9.9.9 --yes")]
    [InlineData("no group or workspace 'team/net'", "delete-version team/net hashicorp/null 9.9.9 --yes")]
    [InlineData("no group or workspace 'team/net'", "delete-version --group-path team/net hashicorp/null 9.9.9 --yes")]
    [InlineData("'defualt'; did you mean default?", "settings defualt")]
    [InlineData("'defualt'; did you mean default?", "refresh --group-path defualt")]
    public async Task Group_BeforeOtherPositions_DependsOnTheirNumber(string expected, string command)
    {
        var result = await RunAsync(command.Split(' '));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9.9.9 is not stored", "get-version", "hashicorp/null", "9.9.9")]
    [InlineData("no group or workspace 'nowhere'", "list-versions", "nowhere")]
    [InlineData("not stored for linux_386", "delete-platform", "default", "hashicorp/null", "1.0.0", "linux_386", "--yes")]
    public async Task Command_MissingObject_IsReportedOnStandardError(string expected, params string[] args)
    {
        var result = await RunAsync(args);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'v1' is not a version", "get-version", "hashicorp/null", "v1")]
    [InlineData("'aws' is not a provider source address", "get-version", "aws", "1.0.0")]
    [InlineData("'linux-amd64' is not a platform", "delete-platform", "default", "hashicorp/null", "1.0.0", "linux-amd64", "--yes")]
    [InlineData("'No.Group' is not a namespace path", "list-versions", "No.Group")]
    [InlineData("<version> is missing", "get-version", "hashicorp/null")]
    [InlineData("colour", "list-versions", "default", "--sort", "colour")]
    [InlineData("--nonsense", "list-versions", "default", "--nonsense")]
    [InlineData("--nonsense", "list-versions", "--nonsense")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("does not exist", "import", "/no/such/directory")]
    [InlineData("'ftp://x' is not a server's URL", "list-versions", "default", "--url", "ftp://x")]
    [InlineData("confirm with --yes", "delete-version", "default", "hashicorp/null", "1.0.0")]
    public async Task Command_UsageError_IsExplainedWithExitCode2(string expected, params string[] args)
    {
        var result = args.Contains("--url") ? await CommandLine.RunAsync(args) : await RunAsync(args);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ServerUnavailable_ReportsWhatToDo()
    {
        using var closed = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        string url = $"http://{closed.LocalEndpoint}";
        closed.Stop();

        var result = await CommandLine.RunAsync("list-versions", "default", "--url", url);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("mirror serve", result.Error, StringComparison.Ordinal);
        Assert.Contains(url, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_UntrustedCertificate_ReportsHowToTrustIt()
    {
        var result = await CommandLine.RunAsync("list-versions", "default", "--url", fixture.Server.HttpsUrl.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SSL_CERT_FILE", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("list-versions")]
    [InlineData("get-version")]
    [InlineData("list-platforms")]
    [InlineData("delete-version")]
    [InlineData("delete-platform")]
    public async Task Help_EveryCommand_HasExamples(string command)
    {
        var help = await CommandLine.RunAsync(command, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains($"Examples:\n  ", help.Output, StringComparison.Ordinal);
        Assert.Contains($"mirror {command} ", help.Output, StringComparison.Ordinal);
        Assert.Contains("--url", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LocalServer_WithoutAUrl_IsFoundAndTrustedWithItsToken()
    {
        using var home = new UserHome().WithDataDirectory(fixture.Server.DataDirectory);

        var deletion = await CommandLine.RunAsync(home.Environment(), "delete-version", "default", "hashicorp/none", "1.0.0", "--yes");

        Assert.Contains("1.0.0 is not stored", deletion.Error, StringComparison.Ordinal); // Not 401: the token was sent.
    }

    [Fact]
    public async Task OtherServer_WithAUrl_NeverReceivesTheLocalToken()
    {
        using var home = new UserHome().WithDataDirectory(fixture.Server.DataDirectory);
        await using var other = await Hosting.MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AdminToken = fixture.Server.AdminToken } });

        var deletion = await CommandLine.RunAsync(
            home.Environment(), "delete-version", "default", "hashicorp/none", "1.0.0", "--yes", "--url", other.Url.ToString());

        Assert.Equal(1, deletion.ExitCode);
        Assert.Contains("mirror login", deletion.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("is not stored", deletion.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url and --profile cannot be combined", "list-versions", "default", "--url", "https://a.example.com", "--profile", "b")]
    [InlineData("There is no profile 'b'", "list-versions", "default", "--profile", "b")]
    public async Task Command_ProfileThatCannotBeUsed_IsReported(string expected, params string[] args)
    {
        var result = await CommandLine.RunAsync(args);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_MalformedUrlVariable_IsBadUsage()
    {
        using var home = new UserHome();

        var result = await CommandLine.RunAsync(home.Environment("MIRROR_URL=ftp://x"), "list-versions", "default");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("MIRROR_URL: 'ftp://x' is not a server's URL", result.Error, StringComparison.Ordinal);
    }
}
