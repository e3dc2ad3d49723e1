using Mirror.Tests.Processes;

namespace Mirror.E2E.SignIn;

/// <summary>The npm package <c>oidc-provider</c> as a child process. e2e/test installs it outside the repository.</summary>
public sealed class OpenIdProviderProcess : IAsyncDisposable
{
    public const string ClientId = "mirror";
    public const string ClientSecret = "secret-of-the-client-mirror";

    private readonly NodeProcess _process;

    private OpenIdProviderProcess(NodeProcess process) => _process = process;

    public static bool IsInstalled => Directory.Exists(NpmPackages.PathOf("oidc-provider"));

    public Uri Authority => _process.Url;

    public static async Task<OpenIdProviderProcess> StartAsync() =>
        new(await NodeProcess.StartAsync(Path.Combine("SignIn", "provider.mjs"), NpmPackages.Cache));

    /// <summary>Registers the client with this redirect URI. From then on, users can sign in.</summary>
    public async Task RegisterAsync(Uri redirectUri)
    {
        await _process.WriteLineAsync(redirectUri.AbsoluteUri);
        while (await _process.ReadLineAsync() != "ready")
        {
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
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
