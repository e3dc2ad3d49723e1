using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Tests.Ui;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Registry;

/// <summary>The pages of the registry of an instance at <c>mirror.example.com</c>.</summary>
public abstract class RegistryPageFixture(Func<MirrorOptions, MirrorOptions>? configure = null)
    : UiFixture(configure ?? (options => options with { PublicUrl = new Uri("https://mirror.example.com") }))
{
    protected const string Vpc = "mirror.example.com/acme/vpc/aws";

    protected static readonly Principal Publisher = new(PrincipalKind.User, "mira");

    protected Notification? Notification => Services.GetRequiredService<Notifications>().Current;

    protected RegistryNamespaces Registry => Services.GetRequiredService<RegistryNamespaces>();

    protected Deprecations Deprecations => Services.GetRequiredService<Deprecations>();

    protected Task AddNamespaceAsync(string name) =>
        Registry.CreateAsync(MirrorDbContext.DefaultGroupId, name, Publisher, CancellationToken.None);

    protected async Task AddModuleAsync(
        string module, string version, ModuleDocumentation? documentation = null, Action<ModulePackageRow>? change = null)
    {
        var address = ModuleAddress.Parse(module);
        var row = new ModulePackageRow
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Hostname = address.Hostname.Value,
            Namespace = address.Namespace,
            Name = address.Name,
            System = address.System,
            Version = version,
            Format = "tar.gz",
            Subdirectory = "",
            Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(module + version))),
            Size = 2_048,
            Credential = CredentialIdentity.None.Value,
            CachedAt = Time.GetUtcNow() - TimeSpan.FromHours(2),
            CachedBy = Publisher.Name,
            CachedByKind = Publisher.Kind,
            Documentation = documentation is null
                ? null
                : new ModuleDocumentationRow { Body = ModuleReader.Serialize(documentation) },
        };
        change?.Invoke(row);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        db.ModulePackages.Add(row);
        await db.SaveChangesAsync();
    }

    protected async Task<bool> IsStoredAsync(string module, string version) =>
        await Services.GetRequiredService<Core.Catalog.ModuleCatalog>().FindAsync(
            MirrorDbContext.DefaultGroupId, ModuleAddress.Parse(module), ProviderVersion.Parse(version), CancellationToken.None) is not null;

    protected static Task PressAsync<T>(IRenderedComponent<T> page, string button)
        where T : IComponent =>
        page.FindAll("button").Single(element => element.TextContent.Trim() == button).ClickAsync(new());

    protected static IEnumerable<string> Buttons<T>(IRenderedComponent<T> page)
        where T : IComponent => page.FindAll("button, a.mud-button-root").Select(button => button.TextContent.Trim());
}
