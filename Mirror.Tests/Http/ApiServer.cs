using Mirror.Core.Addresses;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Web.Contracts;
using Xunit;

namespace Mirror.Tests.Http;

/// <summary>A server with hashicorp/null 1.0.0 (two platforms) and 1.1.0, and example/other 2.0.0 from another host.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    public MirrorServer Server { get; private set; } = null!;

    public MirrorClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await MirrorServer.StartAsync();
        Client = new MirrorClient(Server.AdminClient);
        await ImportAsync("hashicorp/null", "1.0.0", "linux_amd64");
        await ImportAsync("hashicorp/null", "1.0.0", "darwin_arm64");
        await ImportAsync("hashicorp/null", "1.1.0", "linux_amd64");
        await ImportAsync("registry.example.com/example/other", "2.0.0", "linux_amd64");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private async Task ImportAsync(string provider, string version, string platform)
    {
        var address = ProviderAddress.Parse(provider);
        using var package = new ByteArrayContent(ProviderZip.Make(address.Type, provider + version + platform));
        await Client.ImportPackageAsync(
            NamespacePath.Default, address, ProviderVersion.Parse(version), Platform.Parse(platform), package, CancellationToken.None);
    }
}
