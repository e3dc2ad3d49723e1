using System.Net;
using System.Net.Http.Json;
using Mirror.Core.Configuration;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>A server whose registry namespace <c>acme</c> has the key of <see cref="TestKeys.Publisher"/>.</summary>
internal static class ProviderServer
{
    public const string Registry = "/api/v1/groups/default/registry";
    public const string Version = Registry + "/providers/acme/dns/versions/1.0.0";
    public const string Keys = Registry + "/namespaces/acme/keys";

    public static async Task<MirrorServer> StartAsync(Func<MirrorOptions, MirrorOptions>? configure = null)
    {
        var server = await PublishingServer.StartAsync(options =>
        {
            options = options with { Listen = options.Listen with { Https = null } };
            return configure?.Invoke(options) ?? options;
        });
        using var added = await server.AdminClient.PostAsJsonAsync(Keys, new { asciiArmor = TestKeys.Publisher.ArmoredPublicKey });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        return server;
    }

    public static async Task<HttpResponseMessage> PublishAsync(MirrorServer server, ReleaseFiles release)
    {
        using var content = release.ToContent();
        return await server.AdminClient.PostAsync($"{Registry}/providers/acme/dns/versions/{release.Version}", content);
    }

    /// <summary>A client with a role in the group <c>default</c>.</summary>
    public static async Task<HttpClient> CreateClientAsync(MirrorServer server, string role)
    {
        var token = await CommandLine.RunAsync(server, "token", "create", "--group-path", "default", "--role", role, "--json");
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string?)token.Json["token"]);
        return client;
    }
}
