using Microsoft.Extensions.DependencyInjection;
using Mirror.Web.Http;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class AdminTokenTests : IDisposable
{
    private const string Configured = "a-configured-token-of-some-length";

    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task AdminToken_FirstStart_IsCreatedAndReadableByTheOwnerOnly()
    {
        await using var server = await StartAsync();

        string token = server.Host.NewAdminToken!;
        Assert.Equal(token, AdminToken.ReadFile(_directory));
        Assert.True(server.Services.GetRequiredService<AdminToken>().IsValid(token));
        Assert.False(server.Services.GetRequiredService<AdminToken>().IsValid(token + "x"));
        Assert.False(server.Services.GetRequiredService<AdminToken>().IsValid(""));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AdminToken.PathIn(_directory)));
        }
    }

    [Fact]
    public async Task AdminToken_Created_IsNotInTheDatabase()
    {
        string token;
        await using (var server = await StartAsync())
        {
            token = server.Host.NewAdminToken!;
        }

        foreach (string file in Directory.EnumerateFiles(_directory, "mirror.db*"))
        {
            Assert.DoesNotContain(
                token, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AdminToken_NextStart_IsUnchangedAndNotPrintedAgain()
    {
        string token;
        await using (var first = await StartAsync())
        {
            token = first.Host.NewAdminToken!;
        }

        await using var second = await StartAsync();

        Assert.Null(second.Host.NewAdminToken);
        Assert.True(second.Services.GetRequiredService<AdminToken>().IsValid(token));
    }

    [Fact]
    public async Task AdminToken_ConfiguredLater_ReplacesTheGeneratedOne()
    {
        string token;
        await using (var first = await StartAsync())
        {
            token = first.Host.NewAdminToken!;
        }

        await using var second = await StartAsync(Configured);

        Assert.Null(second.Host.NewAdminToken);
        Assert.True(second.Services.GetRequiredService<AdminToken>().IsValid(Configured));
        Assert.False(second.Services.GetRequiredService<AdminToken>().IsValid(token));
        Assert.Null(AdminToken.ReadFile(_directory));
    }

    private Task<MirrorServer> StartAsync(string? configured = null) =>
        MirrorServer.StartAsync(
            options => options with { DataDirectory = _directory, Auth = options.Auth with { AdminToken = configured } });
}
