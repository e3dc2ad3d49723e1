using System.Net;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>
/// A mirror whose own hostname is <c>mirror.example.com</c>, with the provider <c>acme/hello</c> and the module <c>acme/vpc/aws</c> there: stored
/// content is ordinary content, so it is fetched from the origin as <c>source/…</c> and renamed. The origin's log is then empty.
/// </summary>
internal static class HostedContent
{
    public const string Hostname = "mirror.example.com";
    public const string Alias = "terraform.example.com";

    /// <summary>The origin also has <c>example/…</c> and <c>acme/…</c>, which must not be confused with what is hosted.</summary>
    public static Task<MirrorWithOrigin> StartAsync(
        Func<MirrorOptions, MirrorOptions>? configure = null, Func<UpstreamOptions, UpstreamOptions>? upstream = null) => MirrorWithOrigin.StartAsync(
        origin =>
        {
            origin.AddProvider("source/hello").AddVersions("1.0.0");
            origin.AddModule("source/vpc/aws").AddVersion("1.0.0");
            foreach (string @namespace in new[] { "example", "acme" })
            {
                origin.AddProvider($"{@namespace}/hello").AddVersions("2.0.0");
                origin.AddProvider($"{@namespace}/only-there").AddVersions("2.0.0");
                origin.AddModule($"{@namespace}/vpc/aws").AddVersion("2.0.0");
            }
        },
        options =>
        {
            options = options with
            {
                PublicUrl = new Uri($"https://{Hostname}"),
                Hosted = new HostedOptions { Hostnames = [ProviderHostname.Parse(Alias)] },
            };
            return configure?.Invoke(options) ?? options;
        },
        options => (upstream ?? (same => same))(options with { DefaultHost = MirrorWithOrigin.Name, AllowAnyHost = true }));

    /// <param name="group">A root group; created unless it is <c>default</c>.</param>
    public static async Task AddAsync(MirrorWithOrigin mirror, string group = "default")
    {
        if (group != "default")
        {
            await RunAsync(mirror, "group", "create", group);
            await RunAsync(mirror, "settings", group, "--automatic-caching", "on");
        }

        await RunAsync(mirror, "registry-namespace", "create", "acme", "--group-path", group);
        await GetAsync(mirror, $"/v1/registries/{group}/{MirrorWithOrigin.Host}/providers/source/hello/1.0.0/{MirrorWithOrigin.Package}");
        await GetAsync(mirror, $"/v1/registries/{group}/{MirrorWithOrigin.Host}/modules/source/vpc/aws/1.0.0/module.zip");
        await mirror.WhenIdleAsync();
        await mirror.QueryAsync(async db =>
        {
            await db.Providers.Where(row => row.Namespace == "source")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Hostname, Hostname).SetProperty(row => row.Namespace, "acme"));
            return await db.ModulePackages.Where(row => row.Namespace == "source")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Hostname, Hostname).SetProperty(row => row.Namespace, "acme"));
        });
        mirror.Origin.ClearLog();
    }

    public static async Task<CommandResult> RunAsync(MirrorWithOrigin mirror, params string[] command)
    {
        var result = await CommandLine.RunAsync(mirror.Server, command);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result.Error}");
        return result;
    }

    public static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Whether hosted content is served: it has version 1.0.0, and the origin only 2.0.0.</summary>
    public static async Task AssertHostedAsync(HttpClient client, params string[] paths)
    {
        foreach (string path in paths)
        {
            using var answer = await client.GetAsync(path);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(
                answer.IsSuccessStatusCode && text.Contains("1.0.0", StringComparison.Ordinal) && !text.Contains("2.0.0", StringComparison.Ordinal),
                $"{path}: {(int)answer.StatusCode} {text}");
        }
    }

    private static async Task GetAsync(MirrorWithOrigin mirror, string path)
    {
        using var answer = await mirror.Server.AdminClient.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
