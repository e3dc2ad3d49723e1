using Mirror.Tests.Importing;
using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

/// <summary>Which server a command finds, and which token it sends there.</summary>
public sealed class ServerLocatorTests : IDisposable
{
    private const string Prod = "https://mirror.example.com/";
    private const string Other = "https://other.example.com/";

    private readonly UserHome _home = new();
    private readonly MirrorDirectory _data = new();
    private readonly MirrorDirectory _demo = new();

    public void Dispose()
    {
        _home.Dispose();
        _data.Dispose();
        _demo.Dispose();
    }

    [Theory]
    [InlineData("UrlOption", Other, Other, null, "MIRROR_URL=https://third.example.com", "MIRROR_PROFILE=prod")]
    [InlineData("ProfileOption", Prod, null, "prod", "MIRROR_URL=https://third.example.com", "MIRROR_PROFILE=staging")]
    [InlineData("UrlVariable", "https://third.example.com/", null, null, "MIRROR_URL=third.example.com", "MIRROR_PROFILE=prod")]
    [InlineData("ProfileVariable", Prod, null, null, "MIRROR_PROFILE=prod")]
    [InlineData("CurrentProfile", "https://staging.example.com/", null, null)]
    [InlineData("CurrentProfile", "https://staging.example.com/", null, null, "MIRROR_URL=", "MIRROR_PROFILE=")]
    public void Find_SeveralSources_TakesTheFirst(string source, string expected, string? url, string? profile, params string[] variables)
    {
        _home.WithProfile("prod", Prod, "t1").WithProfile("staging", "https://staging.example.com", "t2", isCurrent: true);
        _home.WithDataDirectory(_data.Path);

        var target = Find(url, profile, null, variables);

        Assert.Equal((source, expected), (target.Source.ToString(), target.Url.ToString()));
    }

    [Fact]
    public void Find_NoProfile_FindsTheServerOfTheDataDirectory()
    {
        _home.WithDataDirectory(_data.Path);
        var stopped = Find(null, null, null);
        _data.AddFile("admin-token", "admin\n");
        _data.AddFile("tls/ca.pem", "an authority");
        ServerFile.Write(ServerFile.PathIn(_data.Path), new ServerUrls(new Uri("http://127.0.0.1:7"), new Uri("https://127.0.0.1:8")));
        var running = Find(null, null, null);

        Assert.Equal(("https://localhost:5443/", (string?)null), (stopped.Url.ToString(), stopped.Token));
        Assert.Equal(("https://127.0.0.1:8/", "admin"), (running.Url.ToString(), running.Token));
        Assert.Equal((_data.Path, ServerSource.DataDirectory), (running.DataDirectory, running.Source));
        Assert.Equal(Path.Combine(_data.Path, "tls", "ca.pem"), running.AuthorityPath);
    }

    [Fact]
    public void Find_RunningDemo_IsFoundUnlessTheDataDirectoryHasARunningServer()
    {
        _home.WithDataDirectory(_data.Path);
        _demo.AddFile("admin-token", "demo-admin");
        Announce(new ServerUrls(null, new Uri("https://127.0.0.1:9")));

        var demo = Find(null, null, null);
        var named = Find("https://127.0.0.1:9", null, null);
        ServerFile.Write(ServerFile.PathIn(_data.Path), new ServerUrls(null, new Uri("https://127.0.0.1:8")));
        var configured = Find(null, null, null);

        Assert.Equal(("https://127.0.0.1:9/", "demo-admin", ServerSource.Demo), (demo.Url.ToString(), demo.Token, demo.Source));
        Assert.Equal(("demo-admin", ServerSource.UrlOption), (named.Token, named.Source));
        Assert.Equal(("https://127.0.0.1:8/", ServerSource.DataDirectory), (configured.Url.ToString(), configured.Source));
    }

    [Fact]
    public void Find_DemoThatWasKilled_IsIgnored()
    {
        _home.WithDataDirectory(_data.Path);
        Directory.CreateDirectory(_home.UserDirectory);
        File.WriteAllText(
            ServerFile.DemoPathIn(_home.UserDirectory),
            $$"""{"urls":["https://127.0.0.1:9/"],"pid":2147483647,"dataDirectory":"{{_demo.Path}}"}""");

        Assert.Equal(ServerSource.DataDirectory, Find(null, null, null).Source);
    }

    [Theory]
    [InlineData("https://mirror.example.com", "t1")]
    [InlineData("https://MIRROR.example.com:443/", "t1")]
    [InlineData("http://mirror.example.com", null)]
    [InlineData("https://mirror.example.com:8443", null)]
    [InlineData("https://mirror.example.com/tf", null)]
    [InlineData("https://mirror.example.com.evil.example", null)]
    [InlineData("https://evil.example", null)]
    public void Find_UrlOption_GetsOnlyTheTokenOfItsOwnProfile(string url, string? expected)
    {
        _home.WithProfile("prod", Prod, "t1", isCurrent: true);

        Assert.Equal(expected, Find(url, null, null).Token);
        Assert.Equal(expected, Find(null, null, null, $"MIRROR_URL={url}").Token);
    }

    [Theory]
    [InlineData(null, null, null, "t1", "Profile")]
    [InlineData(null, null, "option", "option", "Option")]
    [InlineData(null, "prod", null, "t1", "Profile", "MIRROR_TOKEN=variable")]
    [InlineData(null, null, null, "variable", "Variable", "MIRROR_TOKEN=variable")]
    [InlineData(Other, null, null, "variable", "Variable", "MIRROR_TOKEN=variable")]
    [InlineData(Other, null, null, "variable", "Variable", "MIRROR_TOKEN=variable", "MIRROR_URL=https://other.example.com")]
    [InlineData(Other, null, null, null, "None", "MIRROR_TOKEN=variable", "MIRROR_URL=https://mirror.example.com")]
    [InlineData(Prod, null, null, "t1", "Profile", "MIRROR_TOKEN=variable", "MIRROR_URL=https://other.example.com")]
    [InlineData(Other, null, "option", "option", "Option", "MIRROR_TOKEN=variable", "MIRROR_URL=https://mirror.example.com")]
    public void Find_TokenVariable_IsSentToItsOwnServerOnly(
        string? url, string? profile, string? option, string? expected, string source, params string[] variables)
    {
        _home.WithProfile("prod", Prod, "t1", isCurrent: true);

        var target = Find(url, profile, option, variables);

        Assert.Equal((expected, source), (target.Token, target.TokenSource.ToString()));
    }

    [Fact]
    public void Find_AnotherServer_NeverGetsTheTokenOfTheDataDirectory()
    {
        _home.WithDataDirectory(_data.Path);
        _data.AddFile("admin-token", "admin");

        Assert.Equal(TokenSource.DataDirectory, Find("https://localhost:5443", null, null).TokenSource);
        Assert.Null(Find("https://localhost:5444", null, null).Token);
        Assert.Null(Find(null, null, null, "MIRROR_URL=http://localhost:5443").Token);
    }

    [Fact]
    public void Find_SeveralProfilesOfOneServer_PrefersTheSelectedOne()
    {
        _home.WithProfile("alice", Prod, "t1").WithProfile("bob", Prod, "t2");
        var ambiguous = Assert.Throws<InvalidDataException>(() => Find(Prod, null, null));
        var variable = Find(Prod, null, null, "MIRROR_PROFILE=bob");
        _home.WithProfile("alice", Prod, "t1", isCurrent: true);

        Assert.Contains("alice, bob", ambiguous.Message, StringComparison.Ordinal);
        Assert.Equal(("t2", "t1"), (variable.Token, Find(Prod, null, null).Token));
        Assert.Equal("option", Find(Prod, null, "option", "MIRROR_PROFILE=none").Token);
    }

    [Fact]
    public void Find_DamagedProfiles_AreAnErrorOnlyIfTheyAreNeeded()
    {
        Directory.CreateDirectory(_home.UserDirectory);
        File.WriteAllText(_home.Store.FilePath!, "damaged");

        Assert.Throws<InvalidDataException>(() => Find(null, null, null));
        Assert.Throws<InvalidDataException>(() => Find(Prod, null, null));
        Assert.Equal("option", Find(Prod, null, "option").Token);
        Assert.Equal("variable", Find(null, null, null, $"MIRROR_URL={Prod}", "MIRROR_TOKEN=variable").Token);
    }

    [Fact]
    public void Find_FaultyConfiguration_IsAnErrorOnlyIfItIsNeeded()
    {
        File.WriteAllText(Path.Combine(_home.WorkingDirectory, "appsettings.json"), """{"Mirror":{"Upstream":{"Mode":"Never"}}}""");

        Assert.Throws<Core.Configuration.InvalidConfigurationException>(() => Find(null, null, null));
        Assert.Equal(Other, Find(Other, null, null).Url.ToString());
    }

    [Fact]
    public void Find_MalformedVariable_NamesIt()
    {
        var failure = Assert.Throws<UsageException>(() => Find(null, null, null, "MIRROR_URL=ftp://x"));

        Assert.StartsWith("MIRROR_URL: 'ftp://x' is not a server's URL", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_UnknownProfile_SuggestsASimilarOne()
    {
        _home.WithProfile("prod", Prod, "t1");

        var failure = Assert.Throws<InvalidDataException>(() => Find(null, "prd", null));

        Assert.Equal("There is no profile 'prd'; did you mean prod?", failure.Message);
    }

    [Theory]
    [InlineData("mirror.example.com", "https://mirror.example.com/")]
    [InlineData("localhost:5443", "https://localhost:5443/")]
    [InlineData("https://mirror.example.com/tf", "https://mirror.example.com/tf/")]
    [InlineData("http://127.0.0.1:5080/", "http://127.0.0.1:5080/")]
    public void ServerUrl_AsUsersWriteIt_IsNormalized(string text, string expected) =>
        Assert.Equal(expected, ServerUrl.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ftp://mirror.example.com")]
    [InlineData("https://")]
    [InlineData("https://mirror.example.com?a=b")]
    [InlineData("https://mirror.example.com#a")]
    [InlineData("https://user:password@mirror.example.com")]
    [InlineData("two words")]
    public void ServerUrl_OtherText_IsRejectedWithoutAPassword(string text)
    {
        var failure = Assert.Throws<FormatException>(() => ServerUrl.Parse(text));

        Assert.DoesNotContain("password", failure.Message, StringComparison.Ordinal);
    }

    private ServerTarget Find(string? url, string? profile, string? token, params string[] variables) =>
        new ServerLocator(_home.Environment(variables)).Find(url is null ? null : ServerUrl.Parse(url), profile, token);

    private void Announce(ServerUrls urls)
    {
        Directory.CreateDirectory(_home.UserDirectory);
        ServerFile.Write(ServerFile.DemoPathIn(_home.UserDirectory), urls, _demo.Path);
    }
}
