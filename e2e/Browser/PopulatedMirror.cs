using System.Net.Http.Json;
using Microsoft.Playwright;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Browser;

/// <summary>Tests that change nothing share one mirror.</summary>
[CollectionDefinition(nameof(PopulatedMirror))]
public sealed class PopulatedMirrorCollection : ICollectionFixture<PopulatedMirror>;

/// <summary>A server that has cached some providers of a fake origin and imported another one, with a browser.</summary>
public sealed class PopulatedMirror : IAsyncLifetime
{
    private static readonly (string Name, string Version, string[] Platforms)[] Cached = [
        ("example/hello", "1.0.0", ["linux_amd64"]),
        ("example/hello", "2.0.0", ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"]),
        ("example/clock", "3.2.1", ["linux_amd64", "darwin_arm64"]),
        ("community/weather", "0.4.0-beta.1", ["linux_amd64"]),
    ];

    private readonly FakeOrigin _origin = FakeOrigin.Start();

    public MirrorProcess Server { get; private set; } = null!;

    public Chromium Chromium { get; } = new();

    /// <summary>For tests that add providers or simulate faults.</summary>
    public FakeOrigin Origin => _origin;

    public async Task InitializeAsync()
    {
        foreach (var provider in Cached.GroupBy(version => version.Name))
        {
            _origin.AddProvider(provider.Key).AddVersions([.. provider.Select(version => version.Version)]);
        }

        Server = await MirrorProcess.StartBeforeAsync(_origin.ProvidersUrl, "--Mirror:PublicUrl=https://mirror.example.com");
        foreach (var (name, version, platforms) in Cached)
        {
            foreach (string platform in platforms)
            {
                string package = $"v1/mirror/registry.example.com/{name}/terraform-provider-{name.Split('/')[1]}_{version}_{platform}.zip";
                (await Server.Client.GetAsync(package)).EnsureSuccessStatusCode().Dispose();
            }
        }

        await ImportAsync("registry.terraform.io/hashicorp/vault/4.2.0", "vault", "linux_amd64", "default");
        await AddNamespacesAsync();
        await ImportAsync($"{UiPage.LongName}/{UiPage.LongVersion}", UiPage.LongName.Split('/')[^1], "linux_amd64", "archive");
        // One of its platforms does not exist: the sync fails and reports the reason.
        await Server.RunCommandAsync(
            "sync", "--versions", "1.0.0", "--platform", "linux_amd64", "--platform", "plan9_mips", "registry.example.com/example/hello");
        await Chromium.InitializeAsync();
    }

    /// <summary>Signs in as the administrator.</summary>
    public async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("sign-in");
        // If users exist, their form is open.
        await page.GetByText("Use the administrator token").ClickAsync();
        await page.GetByLabel("Administrator token").FillAsync(await Server.ReadAdminTokenAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await page.WaitForURLAsync("**/-/provider-mirrors");
    }

    /// <summary>Adds a public key to a registry namespace of the group default.</summary>
    public async Task AddKeyAsync(string registryNamespace, string asciiArmor)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await Server.ReadAdminTokenAsync());
        (await client.PostAsJsonAsync($"api/v1/groups/default/registry/namespaces/{registryNamespace}/keys", new { asciiArmor }))
            .EnsureSuccessStatusCode()
            .Dispose();
    }

    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _origin.DisposeAsync();
    }

    private async Task AddNamespacesAsync()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Server.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await Server.ReadAdminTokenAsync());
        foreach (var (url, name) in new[] { ("groups", "archive"), ("groups", "platform"), ("groups/platform/groups", "network"), ("groups/platform%2Fnetwork/workspaces", "production") })
        {
            (await client.PostAsJsonAsync("api/v1/" + url, new { name })).EnsureSuccessStatusCode().Dispose();
        }

        (await client.PostAsJsonAsync("api/v1/groups/default/policy/rules", new { kind = "deny", provider = "registry.example.com/community/*" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        await AddPrincipalsAsync(client);
        await PublishAsync(client);
    }

    private static async Task PublishAsync(HttpClient client)
    {
        const string Registry = "api/v1/groups/default/registry";
        foreach (string name in new[] { "acme", "labs" })
        {
            (await client.PostAsJsonAsync($"{Registry}/namespaces", new { name })).EnsureSuccessStatusCode().Dispose();
        }

        (await client.PostAsJsonAsync($"{Registry}/namespaces/acme/keys/generate", new { owner = "Acme Releases <releases@example.com>" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        foreach (string version in new[] { "1.0.0", "1.2.0" })
        {
            using var archive = new ByteArrayContent(ModuleFiles.Archive);
            (await client.PostAsync($"{Registry}/modules/acme/vpc/aws/versions/{version}", archive)).EnsureSuccessStatusCode().Dispose();
        }

        (await client.PutAsJsonAsync(
            $"{Registry}/modules/acme/vpc/aws/versions/1.0.0/deprecation", new { message = "Use version 1.2 or later.", link = "https://example.com/vpc" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        (await client.PostAsJsonAsync($"{Registry}/sources/acme/vpc/aws", new { repository = "https://github.com/acme/terraform-aws-vpc" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        (await client.PostAsJsonAsync($"{Registry}/routes", new { source = "registry.terraform.io/mycompany/*", target = "acme" }))
            .EnsureSuccessStatusCode()
            .Dispose();
    }

    private static async Task AddPrincipalsAsync(HttpClient client)
    {
        (await client.PostAsJsonAsync("api/v1/users", new { name = "mira", password = "a-password-of-tests", passwordIsTemporary = false }))
            .EnsureSuccessStatusCode()
            .Dispose();
        (await client.PutAsJsonAsync("api/v1/groups/platform/members/mira", new { role = "owner" })).EnsureSuccessStatusCode().Dispose();
        (await client.PostAsJsonAsync("api/v1/groups/platform/service-accounts", new { name = "ci", role = "deployer" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        (await client.PostAsJsonAsync("api/v1/groups/platform/tokens", new { serviceAccount = "ci", name = "pipeline", expires = "30d" }))
            .EnsureSuccessStatusCode()
            .Dispose();
        (await client.PostAsJsonAsync("api/v1/groups/platform/service-accounts/ci/trusts", new
        {
            issuer = "https://token.actions.githubusercontent.com",
            audience = "https://mirror.example.com",
            claims = new { sub = "repo:example/infra:ref:refs/heads/*", repository_owner = "example" },
        })).EnsureSuccessStatusCode().Dispose();
        (await client.PutAsJsonAsync("api/v1/groups/platform/variables/TF_TOKEN_registry_example_org", new { value = "a-token-of-tests", sensitive = true }))
            .EnsureSuccessStatusCode()
            .Dispose();
    }

    private async Task ImportAsync(string version, string type, string platform, string group)
    {
        using var mirror = new TemporaryDirectory();
        string directory = mirror.Combine(version, platform);
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(
            Path.Combine(directory, $"terraform-provider-{type}_v{Path.GetFileName(version)}"), "#!/bin/sh\nexit 1\n");
        (await Server.RunCommandAsync("import", mirror.Path, "--group-path", group)).AssertSuccess();
    }
}
