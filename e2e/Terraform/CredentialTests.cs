using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary>
/// A private mirror with a private origin. A client with a token succeeds, a client without one reports that, and no token is left
/// anywhere.
/// </summary>
public sealed class CredentialTests : IAsyncLifetime, IDisposable
{
    private const string Hello = "registry.example.com/example/hello";
    private const string AdminToken = "admin-token-of-this-test-4f1a";
    private const string OriginToken = "origin-token-of-this-test-9c3e";
    private const string WrongToken = "wrong-token-of-this-test-77b2";
    private const string Rejected = "the given authentication credentials";

    private readonly FakeOrigin _origin = FakeOrigin.Start();
    private readonly HttpClient _admin = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly List<string> _seen = [];
    private string _token = "";

    private MirrorProcess Mirror { get; set; } = null!;

    private string Host => $"localhost:{Mirror.HttpsUrl.Port}";

    public async Task InitializeAsync()
    {
        _origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        _origin.RequireToken(OriginToken);
        Mirror = await MirrorProcess.StartBeforeAsync(
            _origin.ProvidersUrl,
            "--Mirror:Auth:AnonymousRead=false",
            $"--Mirror:Auth:AdminToken={AdminToken}",
            "--Logging:LogLevel:Default=Debug");
        _admin.BaseAddress = Mirror.Url;
        _admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        await SetVariableAsync();
        using var made = await _admin.PostAsJsonAsync("/api/v1/groups/default/tokens", new { name = "ci", role = "viewer" });
        var document = await made.Content.ReadFromJsonAsync<JsonElement>();
        _token = document.GetProperty("token").GetString()!;
    }

    public async Task DisposeAsync()
    {
        await Mirror.DisposeAsync();
        await _origin.DisposeAsync();
    }

    public void Dispose() => _admin.Dispose();

    [RequiresToolFact("terraform")]
    public async Task Init_WithAndWithoutCredentials_SucceedsOrFailsWithoutLeakingTokens()
    {
        using var project = new TerraformProject(Hello);
        foreach (string refused in new[] { NetworkMirror(), NetworkMirror(Credentials(WrongToken)) })
        {
            var run = (await project.PasteAndRunAsync(refused, "init", "-no-color")).AssertFailure();
            Assert.Contains(Rejected, Unwrapped(run.Text), StringComparison.Ordinal);
        }

        Assert.Equal(0, _origin.Count(RequestKind.Package));
        await InitAsync(project, NetworkMirror(Credentials(_token)));
        await InitAsync(project, $"{NetworkMirror()}\nexec env 'TF_TOKEN_{Host}={_token}' terraform \"$@\"");

        // The client uses the token of the host in the block.
        using var wrong = new TerraformProject(Hello);
        (await wrong.PasteAndRunAsync(HostBlock(WrongToken), "init", "-no-color")).AssertFailure();
        await InitAsync(wrong, HostBlock(_token), first: true);
        _origin.AssertNoViolations();

        await CollectResponsesAsync();
        await Mirror.StopAsync();
        AssertNoToken();
    }

    /// <summary>Uses the real command, which reads the value from standard input.</summary>
    private async Task SetVariableAsync()
    {
        var start = MirrorExecutable.Built.Start(
            Mirror.WorkingDirectory,
            "variable", "set", "default", "TF_TOKEN_registry_example_com", "--sensitive", "--token", AdminToken);
        var run = (await ProgramRun.RunAsync(start, input: OriginToken + "\n")).AssertSuccess();
        Assert.Equal("", run.Error);
        _seen.Add(run.Text);
    }

    private static async Task InitAsync(TerraformProject project, string pasted, bool first = false)
    {
        if (!first && project.Has(".terraform"))
        {
            project.Forget();
        }

        var run = (await project.PasteAndRunAsync(pasted, "init", "-no-color")).AssertSuccess();
        Assert.Contains($"- Installed {Hello} v2.0.0", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Everything that a user can see: pages, documents and errors, with and without a token.</summary>
    private async Task CollectResponsesAsync()
    {
        string[] paths =
        [
            "/", "/sign-in", "/groups/default/-/provider-mirrors", "/groups/default/-/activity", "/groups/default/-/variables",
            "/api/v1/groups/default/variables", "/api/v1/groups/default/audit?take=500", "/api/v1/audit?take=500",
            "/api/v1/groups/default/tokens",
            "/api/v1/groups/default/versions", "/api/v1/server", "/health/ready", "/metrics",
            "/v1/mirror/registry.example.com/example/hello/index.json", "/v1/mirror/registry.example.com/example/hello/2.0.0.json",
            "/v1/mirror/registry.example.com/example/nothing/index.json",
        ];
        foreach (string path in paths)
        {
            foreach (string? token in new[] { null, WrongToken, _token, AdminToken })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
                using var response = await Mirror.Client.SendAsync(request);
                _seen.Add($"{path} {response.StatusCode}\n{response.Headers}\n{await response.Content.ReadAsStringAsync()}");
            }
        }

        using var refused = await _admin.PutAsJsonAsync("/api/v1/groups/default/variables/NO_TOKEN", new { value = OriginToken });
        _seen.Add(await refused.Content.ReadAsStringAsync());
        _seen.AddRange(_origin.Requests.Select(request => $"{request.Path}?{request.Query}"));
        _seen.Add(Mirror.Log);
    }

    private void AssertNoToken()
    {
        // The responses must be valid. Otherwise, the search for tokens would find nothing.
        Assert.All(
            ["variable.set", "access.refuse", "token.create", "data in "],
            known => Assert.Contains(_seen, text => text.Contains(known, StringComparison.Ordinal)));
        foreach (string secret in new[] { AdminToken, OriginToken, WrongToken, _token })
        {
            Assert.All(_seen, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            foreach (string file in Directory.GetFiles(Mirror.DataDirectory, "*", SearchOption.AllDirectories))
            {
                Assert.False(
                    Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(secret, StringComparison.Ordinal),
                    $"{file} holds the token {secret}");
            }
        }
    }

    private string NetworkMirror(string credentials = "") =>
        $$"""
        cat > mirror.tfrc <<'EOF'
        provider_installation {
          network_mirror {
            url = "https://{{Host}}/v1/mirror/"
          }
        }
        {{credentials}}
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/mirror.tfrc"
        export SSL_CERT_FILE='{{Mirror.AuthorityPath}}'
        """;

    private string Credentials(string token) => $"credentials \"{Host}\" {{\n  token = \"{token}\"\n}}";

    private string HostBlock(string token) =>
        $$"""
        cat > host.tfrc <<'EOF'
        host "registry.example.com" {
          services = {
            "providers.v1" = "https://{{Host}}/v1/registries/registry.example.com/providers/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/host.tfrc"
        export SSL_CERT_FILE='{{Mirror.AuthorityPath}}'
        export TF_TOKEN_registry_example_com='{{token}}'
        """;

    /// <summary>Terraform wraps its sentences and adds a frame.</summary>
    private static string Unwrapped(string text) =>
        string.Join(' ', text.Split([' ', '\n', '│', '╷', '╵'], StringSplitOptions.RemoveEmptyEntries));
}
