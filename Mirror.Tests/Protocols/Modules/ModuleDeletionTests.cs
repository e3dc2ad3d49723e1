using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Modules;

public sealed class ModuleDeletionTests
{
    private const string Version = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/";

    [Fact]
    public async Task Module_RepublishedElsewhere_IsNewAfterItsDeletion()
    {
        await using var mirror = await StartAsync(origin => ModuleTests.SetUp(origin));
        await mirror.Client.GetByteArrayAsync(Version + await LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        byte[] archive = FakeModuleVersion.Zip(("inner/main.tf", "# published again"));
        var published = mirror.Origin.AddModule(ModuleTests.Module)["1.0.0"];
        (published.Archive, published.Suffix) = (archive, "//inner");

        string before = await LocationAsync(mirror);
        using var deleted = await mirror.Server.AdminClient.DeleteAsync(
            $"/api/v1/groups/default/modules/{Host}/{ModuleTests.Module}/versions/1.0.0");
        string after = await LocationAsync(mirror);
        byte[] content = await mirror.Client.GetByteArrayAsync(Version + after.Split("//")[0]);

        Assert.Equal(("./module.zip", 204, "./module.zip//inner"), (before, (int)deleted.StatusCode, after));
        Assert.Equal(archive, content);
        string? detail = await mirror.QueryAsync(
            db => db.Audit.Where(row => row.Action == "module.delete").Select(row => row.Detail).SingleAsync());
        Assert.StartsWith("SHA-256 ", detail, StringComparison.Ordinal);
    }

    private static async Task<string> LocationAsync(MirrorWithOrigin mirror)
    {
        using var response = await mirror.Client.GetAsync(Version + "download");
        response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("X-Terraform-Get").Single();
    }
}
