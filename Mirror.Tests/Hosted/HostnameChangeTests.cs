using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Registry;
using static Mirror.Tests.Protocols.Registry.HostedContent;

namespace Mirror.Tests.Hosted;

public sealed class HostnameChangeTests
{
    private const string New = "new.example.com";

    [Fact]
    public async Task Start_WithTheOldHostnameAsAnAlias_RenamesWhatIsPublished()
    {
        await using var before = await HostedContent.StartAsync();
        await AddAsync(before);
        await RunAsync(before, "deprecate", "acme/hello", "1.0.0", "--message", "Use 2.0.0.");
        await RunAsync(before, "deprecate", "acme/vpc/aws", "--message", "Use acme/network/aws.");

        await ApplyAsync(before.Server, New, HostedContent.Hostname);

        Assert.Equal(
            ($"{New}/acme/hello", $"{New} acme hello"),
            await before.QueryAsync(async db => (
                await db.Providers.Where(row => row.Namespace == "acme").Select(row => row.Hostname + "/" + row.Namespace + "/" + row.Type).SingleAsync(),
                await db.Versions.Where(row => row.Provider.Namespace == "acme").Select(row => row.AddressKey).SingleAsync())));
        Assert.Equal(New, await before.QueryAsync(db => db.ModulePackages.Select(row => row.Hostname).SingleAsync()));
        Assert.Equal(
            [$"{New}/acme/hello", $"{New}/acme/vpc/aws"],
            await before.QueryAsync(db => db.Deprecations.OrderBy(row => row.Source).Select(row => row.Source).ToListAsync()));
        var change = await before.QueryAsync(db => db.Audit.SingleAsync(row => row.Action == "hostname.change"));
        Assert.Equal(($"{HostedContent.Hostname} → {New}", "2 providers and module versions"), (change.Target, change.Detail));
        // The next start has nothing to do.
        await ApplyAsync(before.Server, New, HostedContent.Hostname);
        Assert.Equal(1, await before.QueryAsync(db => db.Audit.CountAsync(row => row.Action == "hostname.change")));
    }

    [Fact]
    public async Task Server_AfterTheChange_ServesBothHostnames()
    {
        string data = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var before = await HostedContent.StartAsync(options => options with { DataDirectory = data }))
            {
                await AddAsync(before);
            }

            await using var after = await HostedContent.StartAsync(options => options with
            {
                DataDirectory = data,
                PublicUrl = new Uri($"https://{New}"),
                Hosted = new HostedOptions { Hostnames = [ProviderHostname.Parse(HostedContent.Hostname)] },
            });

            foreach (string host in new[] { New, HostedContent.Hostname })
            {
                await AssertHostedAsync(
                    after.Client,
                    $"/v1/mirror/{host}/acme/hello/index.json",
                    $"/v1/registries/{host}/modules/acme/vpc/aws/versions",
                    $"/api/v1/groups/default/providers/{host}/acme/hello/versions/1.0.0");
            }

            await AssertHostedAsync(after.Client, "/v1/providers/acme/hello/versions");
            Assert.Empty(after.Origin.Requests);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Start_WithoutTheOldHostname_LeavesItAndSaysWhatToDo()
    {
        var log = new RecordedLog();
        await using var before = await HostedContent.StartAsync();
        await AddAsync(before);

        await ApplyAsync(before.Server, New, null, log);
        await ApplyAsync(before.Server, null, null, log);

        Assert.Equal(HostedContent.Hostname, await before.QueryAsync(db => db.ModulePackages.Select(row => row.Hostname).SingleAsync()));
        var warnings = log.Entries.Where(line => line.Contains("Mirror:Hosted:Hostnames", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, line => Assert.Contains(HostedContent.Hostname, line, StringComparison.Ordinal));
        // Once it is configured, it is renamed, although other names came in between.
        await ApplyAsync(before.Server, New, HostedContent.Hostname);
        Assert.Equal(New, await before.QueryAsync(db => db.ModulePackages.Select(row => row.Hostname).SingleAsync()));
    }

    [Fact]
    public async Task Start_WithTheSameAddressAtBothHostnames_LeavesItAndReportsIt()
    {
        var log = new RecordedLog();
        await using var before = await HostedContent.StartAsync();
        await AddAsync(before);
        await before.QueryAsync(async db =>
        {
            db.Providers.Add(new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = New, Namespace = "acme", Type = "hello" });
            db.PolicyRules.Add(new PolicyRuleRow
            {
                RootGroupId = MirrorDbContext.DefaultGroupId,
                Position = 1,
                Kind = PolicyRuleKind.Deny,
                Provider = $"{HostedContent.Hostname}/acme/*",
                CreatedBy = "admin",
            });
            return await db.SaveChangesAsync();
        });

        await ApplyAsync(before.Server, New, HostedContent.Hostname, log);

        Assert.Equal(2, await before.QueryAsync(db => db.Providers.CountAsync(row => row.Namespace == "acme")));
        Assert.Equal(New, await before.QueryAsync(db => db.ModulePackages.Select(row => row.Hostname).SingleAsync()));
        Assert.Contains(log.Entries, line => line.Contains($"exists at both {HostedContent.Hostname} and {New}: {HostedContent.Hostname}/acme/hello", StringComparison.Ordinal));
        Assert.Contains(log.Entries, line => line.Contains($"match nothing: {HostedContent.Hostname}/acme/*", StringComparison.Ordinal));
    }

    /// <summary>Applies the change as a start with another configuration does.</summary>
    private static async Task ApplyAsync(MirrorServer server, string? host, string? alias, RecordedLog? log = null)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log ?? new RecordedLog()));
        await new HostnameChange(
            server.Host.Options with
            {
                PublicUrl = host is null ? null : new Uri($"https://{host}"),
                Hosted = new HostedOptions { Hostnames = alias is null ? [] : [ProviderHostname.Parse(alias)] },
            },
            server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>(),
            TimeProvider.System,
            logging.CreateLogger<HostnameChange>()).ApplyAsync(CancellationToken.None);
    }
}
