using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>A server with its own hostname and the registry namespace <c>acme</c> of the group <c>default</c>.</summary>
internal static class PublishingServer
{
    public const string Host = "mirror.example.com";

    public static readonly ModuleAddress Vpc = ModuleAddress.Parse($"{Host}/acme/vpc/aws");

    public static readonly ProviderVersion VpcVersion = ProviderVersion.Parse("1.0.0");

    public static async Task<MirrorServer> StartAsync(
        Func<MirrorOptions, MirrorOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var server = await MirrorServer.StartAsync(
            options =>
            {
                options = options with { PublicUrl = new Uri($"https://{Host}") };
                return configure?.Invoke(options) ?? options;
            },
            services: services);
        await AddNamespaceAsync(server, "acme", "default");
        return server;
    }

    public static async Task AddNamespaceAsync(MirrorServer server, string name, string group)
    {
        long root = await RootAsync(server, group);
        Assert.NotNull(await server.Services.GetRequiredService<RegistryNamespaces>()
            .CreateAsync(root, name, Principal.System, CancellationToken.None));
    }

    public static Task<long> RootAsync(MirrorServer server, string group = "default") =>
        MirrorWithOrigin.QueryAsync(server, db => db.Namespaces.Where(row => row.Path == group).Select(row => row.Id).SingleAsync());

    public static async Task<Outcome<ModulePackage>> PublishAsync(
        MirrorServer server, byte[] archive, string format = "tar.gz", Func<NewModule, NewModule>? configure = null)
    {
        var request = new NewModule(await RootAsync(server), Vpc, VpcVersion, ArchiveFormat.Parse(format));
        return await server.Services.GetRequiredService<ModulePublisher>().PublishAsync(
            configure?.Invoke(request) ?? request, new MemoryStream(archive), Principal.System, CancellationToken.None);
    }

    /// <summary>Nothing is visible and nothing is left of a refused publication.</summary>
    public static async Task AssertNothingAsync(MirrorServer server)
    {
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.ModulePackages.ToListAsync()));
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.ToListAsync()));
        Assert.Empty(await server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync());
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
    }
}
