using System.Diagnostics;
using System.Globalization;
using Mirror.E2E.Processes;

namespace Mirror.E2E.SignIn;

/// <summary>The npm package <c>oidc-provider</c> as a child process. e2e/test installs it outside the repository.</summary>
public sealed class OpenIdProviderProcess : IAsyncDisposable
{
    public const string ClientId = "mirror";
    public const string ClientSecret = "secret-of-the-client-mirror";

    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private OpenIdProviderProcess(Process process) => _process = process;

    public static bool IsInstalled => Directory.Exists(NpmPackages.PathOf("oidc-provider"));

    public Uri Authority { get; private set; } = null!;

    public static async Task<OpenIdProviderProcess> StartAsync()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "SignIn", "provider.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[NpmPackages.CacheVariable] = NpmPackages.Cache;
        var provider = new OpenIdProviderProcess(Process.Start(start)!);
        try
        {
            string line = await provider.ReadLineAsync();
            provider.Authority = new Uri($"http://127.0.0.1:{int.Parse(line["port ".Length..], CultureInfo.InvariantCulture)}");
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers the client with this redirect URI. From then on, users can sign in.</summary>
    public async Task RegisterAsync(Uri redirectUri)
    {
        await _process.StandardInput.WriteLineAsync(redirectUri.AbsoluteUri);
        await _process.StandardInput.FlushAsync();
        while (await ReadLineAsync() != "ready")
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(WaitTimeout)
            ?? throw new InvalidOperationException("The OpenID provider has ended.");
}

/// <summary>A test that needs the OpenID provider and a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresOpenIdProviderFactAttribute : FactAttribute
{
    public RequiresOpenIdProviderFactAttribute()
    {
        if (!OpenIdProviderProcess.IsInstalled && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = $"The npm package 'oidc-provider' is not in {NpmPackages.Cache}; e2e/test installs it.";
        }
    }
}
