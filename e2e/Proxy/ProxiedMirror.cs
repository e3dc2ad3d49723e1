using System.Text.RegularExpressions;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Proxy;

/// <summary>How the proxy treats the path.</summary>
public enum ProxiedPath
{
    /// <summary>As documented.</summary>
    PassedOn,

    /// <summary>Only the proxy's headers contain the path.</summary>
    Stripped,
}

/// <summary>A mirror below the path <c>/mirror/</c> of a host, behind nginx with the configuration in the documentation.</summary>
internal sealed partial class ProxiedMirror : IAsyncDisposable
{
    private ProxiedMirror(NginxProcess nginx, MirrorProcess mirror) => (Nginx, Mirror) = (nginx, mirror);

    public NginxProcess Nginx { get; }

    public MirrorProcess Mirror { get; }

    /// <summary>Where clients reach it, with a slash at the end.</summary>
    public Uri Url => UrlAt(Nginx);

    /// <summary>The certificate of the proxy, for clients to trust.</summary>
    public string AuthorityPath => Nginx.AuthorityPath;

    /// <param name="path">How the proxy treats it.</param>
    /// <param name="providersUrl">Of the origin behind <c>registry.example.com</c>.</param>
    /// <param name="arguments">Further ones of the server.</param>
    public static async Task<ProxiedMirror> StartAsync(ProxiedPath path, string providersUrl, params string[] arguments)
    {
        var nginx = await NginxProcess.StartAsync();
        MirrorProcess? mirror = null;
        try
        {
            string[] url = path == ProxiedPath.PassedOn ? [$"--Mirror:PublicUrl={UrlAt(nginx)}", "--Mirror:Listen:Https="] : [];
            mirror = await MirrorProcess.StartBeforeAsync(providersUrl, ["--Mirror:TrustedProxies=127.0.0.1", .. url, .. arguments]);
            await nginx.ServeAsync(Configuration(path, nginx, mirror), new Uri(UrlAt(nginx), "health/ready"));
            return new ProxiedMirror(nginx, mirror);
        }
        catch
        {
            await (mirror?.DisposeAsync() ?? ValueTask.CompletedTask);
            await nginx.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Mirror.DisposeAsync();
        await Nginx.DisposeAsync();
    }

    private static Uri UrlAt(NginxProcess nginx) => new($"https://localhost:{nginx.Port}/mirror/");

    /// <summary>As documented, but for the addresses and files of this machine.</summary>
    private static string Configuration(ProxiedPath path, NginxProcess nginx, MirrorProcess mirror)
    {
        string configuration = Documented().Match(MirrorExecutable.ReadDocumentation("operations.md")).Groups[1].Value;
        configuration = Replace(configuration, "server 127.0.0.1:5080;", $"server {mirror.Url.Authority};");
        configuration = Replace(configuration, "listen 443 ssl;", $"listen 127.0.0.1:{nginx.Port} ssl;");
        configuration = Replace(configuration, "/etc/ssl/tools.example.com.pem", nginx.AuthorityPath);
        configuration = Replace(configuration, "/etc/ssl/tools.example.com.key", nginx.KeyPath);
        return path == ProxiedPath.PassedOn
            ? configuration
            : Replace(configuration, "location /mirror/ {\n        proxy_pass http://mirror;", "location /mirror/ {\n        proxy_pass http://mirror/;");
    }

    private static string Replace(string text, string documented, string here)
    {
        Assert.Contains(documented, text, StringComparison.Ordinal);
        return text.Replace(documented, here, StringComparison.Ordinal);
    }

    [GeneratedRegex("^```nginx\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Documented();
}
