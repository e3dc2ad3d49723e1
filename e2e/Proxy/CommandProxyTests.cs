using Mirror.E2E.Processes;
using Mirror.Tests.Upstream;

namespace Mirror.E2E.Proxy;

/// <summary>Commands with the proxies of the environment: the rules of .NET, which are those of most programs.</summary>
public sealed class CommandProxyTests : IDisposable
{
    // RFC 6761: this name never resolves, so only a proxy can connect to it.
    private const string Elsewhere = "http://mirror.invalid:5080/";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Command_AtTheServerOfThisMachine_UsesNoProxy()
    {
        await using var proxy = new TunnelProxy(0) { Status = 503 };
        await using var mirror = await MirrorProcess.StartAsync();

        foreach (var url in new[] { mirror.Url, new UriBuilder(mirror.Url) { Host = "localhost" }.Uri, mirror.HttpsUrl })
        {
            var run = await RunAsync(
                mirror.WorkingDirectory, proxy, null, "list-versions", "default", "--url", url.ToString());
            run.AssertSuccess();
        }

        Assert.Empty(proxy.Credentials);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("other.invalid", true)]
    [InlineData("mirror.invalid", false)]
    [InlineData("other.invalid,.invalid", false)]
    public async Task Command_AtAnotherServer_UsesTheProxyUnlessNoProxyNamesIt(string? noProxy, bool isUsed)
    {
        await using var proxy = new TunnelProxy(0, "user:secret-word") { Status = 503 };

        var run = (await RunAsync(_directory.Path, proxy, noProxy, "list-versions", "default", "--url", Elsewhere)).AssertFailure();

        Assert.Equal(isUsed, proxy.Credentials.Count > 0);
        Assert.DoesNotContain("secret-word", run.Text, StringComparison.Ordinal);
    }

    private static Task<ProgramRun> RunAsync(string directory, TunnelProxy proxy, string? noProxy, params string[] command)
    {
        var start = MirrorExecutable.Built.Start(directory, command);
        foreach (string variable in new[] { "HTTP_PROXY", "HTTPS_PROXY" })
        {
            start.Environment[variable] = $"http://user:secret-word@{proxy.Authority}";
        }

        if (noProxy is not null)
        {
            start.Environment["NO_PROXY"] = noProxy;
        }

        return ProgramRun.RunAsync(start);
    }
}
