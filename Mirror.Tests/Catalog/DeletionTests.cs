using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Tests.Storage;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Catalog;

public sealed class DeletionTests
{
    private const string Imported = "unlisted.example.org/example/hello";

    [Theory]
    [InlineData("/versions/1.0.0")]
    [InlineData("/versions/1.0.0/platforms/linux_amd64")]
    public async Task DeletedPackage_WhoseFileCannotBeRemoved_IsNoLongerServed(string what)
    {
        const string Provider = $"/api/v1/groups/default/providers/{Imported}";
        await using var mirror = await StartAsync(services: services =>
            services.AddSingleton<IPackageStore>(provider => new ReadOnlyStore(provider.GetRequiredService<MirrorOptions>())));
        using var content = new ByteArrayContent(mirror.OriginPackage().Content);
        using var imported = await mirror.Server.AdminClient.PutAsync(Provider + "/versions/1.0.0/platforms/linux_amd64/package", content);
        imported.EnsureSuccessStatusCode();
        await mirror.GetJsonAsync($"/v1/mirror/{Imported}/1.0.0.json");
        await mirror.Client.GetByteArrayAsync($"/v1/mirror/{Imported}/{Package}");

        using var deleted = await mirror.Server.AdminClient.DeleteAsync(Provider + what);
        using var document = await mirror.Client.GetAsync($"/v1/mirror/{Imported}/1.0.0.json");
        using var package = await mirror.Client.GetAsync($"/v1/mirror/{Imported}/{Package}");

        Assert.Equal(500, (int)deleted.StatusCode);
        Assert.Equal("{\"archives\":{}}", await document.Content.ReadAsStringAsync());
        Assert.Equal(404, (int)package.StatusCode);
    }

    /// <summary>A directory that has become read-only.</summary>
    private sealed class ReadOnlyStore(MirrorOptions options)
        : StoreDecorator(new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory))
    {
        public override ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
            throw new IOException("Read-only file system");
    }
}
