using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Features.Registry;

/// <summary>Servers that can publish, because they have a hostname.</summary>
internal static class RegistryServer
{
    public const string Hostname = "mirror.example.com";
    public const string Group = "/api/v1/groups/default/registry";

    public static Task<MirrorServer> StartAsync(Func<MirrorOptions, MirrorOptions>? configure = null, TimeProvider? time = null) =>
        MirrorServer.StartAsync(
            options =>
            {
                options = options with
                {
                    PublicUrl = new Uri($"https://{Hostname}"),
                    Listen = options.Listen with { Https = null },
                };
                return configure?.Invoke(options) ?? options;
            },
            time);
}
