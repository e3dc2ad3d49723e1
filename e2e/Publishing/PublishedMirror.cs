using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Publishing;

/// <summary>
/// A server whose own hostname is <c>127.0.0.1</c> with a port, so that the real client finds it by service discovery. Its root group
/// <c>platform</c> needs a token, unlike <c>default</c>. Its origin is <c>registry.terraform.io</c>, which also has <c>mycompany/dns</c> and
/// <c>mycompany/vpc/aws</c>, version 9.0.0.
/// </summary>
public sealed class PublishedMirror : IAsyncLifetime, IDisposable
{
    public const string Type = "dns";
    public const string Module = "vpc/aws";

    private readonly Relay _relay = Relay.Open();
    private readonly TemporaryDirectory _module = new();
    private Gpg? _key;
    private Release? _release;

    public FakeOrigin Origin { get; } = FakeOrigin.Start();

    public MirrorProcess Mirror { get; private set; } = null!;

    /// <summary>The own hostname: in the addresses of modules, Terraform requires a dot.</summary>
    public string Host => $"127.0.0.1:{_relay.Port}";

    /// <summary>The token of a service account that may read <c>platform</c>.</summary>
    public string Token { get; private set; } = "";

    public string Fingerprint => _key!.Fingerprint;

    public string KeyId => Fingerprint[^16..];

    public IReadOnlyList<string> Hashes => _release!.Hashes;

    public string Trust => $"export SSL_CERT_FILE='{Mirror.AuthorityPath}'";

    public async Task InitializeAsync()
    {
        Origin.AddProvider($"mycompany/{Type}").AddVersions("9.0.0");
        Origin.AddProvider("mycompany/other").AddVersions("9.0.0");
        Origin.AddModule($"mycompany/{Module}").AddVersion("9.0.0");
        Mirror = await MirrorProcess.StartAsync(
            $"--Mirror:PublicUrl=https://{Host}",
            "--Mirror:Upstream:AllowedHosts=*",
            "--Mirror:Upstream:Hosts:0:Name=registry.terraform.io",
            $"--Mirror:Upstream:Hosts:0:ProvidersUrl={Origin.ProvidersUrl}");
        _relay.Server = Mirror.HttpsUrl;
        await RunAsync("group", "create", "platform");
        await RunAsync("settings", "platform", "--automatic-caching", "on");
        string made = (await RunAsync("token", "create", "--group-path", "platform", "--role", "viewer", "--json")).Output;
        Token = JsonDocument.Parse(made).RootElement.GetProperty("token").GetString()!;
        _key = await Gpg.CreateAsync();
        _release = await Release.CreateAsync(_key, Type, "1.0.0");
        await File.WriteAllTextAsync(_module.Combine("main.tf"), "output \"greeting\" {\n  value = \"hello\"\n}\n");
    }

    /// <summary>Publishes version 1.0.0 of the provider <c>dns</c> and the module <c>vpc/aws</c> into a new registry namespace.</summary>
    public async Task PublishAsync(string @namespace, string group)
    {
        await RunAsync("registry-namespace", "create", @namespace, "--group-path", group);
        await RunAsync("signing-key", "add", @namespace, _key!.PublicKeyPath, "--group-path", group);
        await RunAsync("publish", "provider", _release!.Path, $"{@namespace}/{Type}", "1.0.0", "--group-path", group);
        await RunAsync("publish", "module", _module.Path, $"{@namespace}/{Module}", "1.0.0", "--group-path", group);
    }

    public async Task<ProgramRun> RunAsync(params string[] command) => (await Mirror.RunCommandAsync(command)).AssertSuccess();

    /// <summary>A project with the provider and the module of a namespace.</summary>
    /// <param name="address">With the hostname, unless it is the default one.</param>
    internal static TerraformProject Project(string address)
    {
        var project = new TerraformProject($"{address}/{Type}");
        File.WriteAllText(Path.Combine(project.Path, "module.tf"), $"module \"vpc\" {{\n  source = \"{address}/{Module}\"\n}}\n");
        return project;
    }

    /// <summary>Commands that write a CLI configuration and use it.</summary>
    internal string Configure(string configuration) => $"""
        cat > mirror.tfrc <<'EOF'
        {configuration}
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/mirror.tfrc"
        {Trust}
        """;

    internal static string Credentials(string host, string token) => $"credentials \"{host}\" {{\n  token = \"{token}\"\n}}\n";

    /// <summary>A <c>host</c> block that directs a registry to content of this server.</summary>
    /// <param name="below">The namespace path, if any, and the hostname of the content.</param>
    internal string HostBlock(string host, string below) => $$"""
        host "{{host}}" {
          services = {
            "providers.v1" = "https://{{Host}}/v1/registries/{{below}}/providers/"
            "modules.v1"   = "https://{{Host}}/v1/registries/{{below}}/modules/"
          }
        }

        """;

    /// <summary>The provider is signed by its publisher and locked for every platform, and the module is installed.</summary>
    internal void AssertInstalled(ProgramRun run, TerraformProject project, string address)
    {
        run.AssertSuccess();
        Assert.Contains($"- Installed {address}/{Type} v1.0.0 (self-signed, key ID {KeyId})", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Incomplete lock file", run.Text, StringComparison.Ordinal);
        Assert.All(Hashes, hash => Assert.Contains(hash, project.LockFile, StringComparison.Ordinal));
        AssertModuleInstalled(project);
    }

    internal static void AssertModuleInstalled(TerraformProject project) => Assert.Contains(
        "hello", File.ReadAllText(Path.Combine(project.Path, ".terraform/modules/vpc/main.tf")), StringComparison.Ordinal);

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await Mirror.DisposeAsync();
        await Origin.DisposeAsync();
    }

    public void Dispose()
    {
        _key?.Dispose();
        _release?.Dispose();
        _module.Dispose();
    }
}
