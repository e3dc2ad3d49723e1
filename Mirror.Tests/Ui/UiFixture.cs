using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Storage;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Mirror.Tests.Time;
using Mirror.Web.Features.Setup;
using Mirror.Web.Hosting;
using Mirror.Web.Http;

namespace Mirror.Tests.Ui;

/// <summary>Components with a real catalog in a temporary directory, rendered as in a circuit.</summary>
public abstract class UiFixture : BunitContext, IAsyncLifetime
{
    protected const string Token = "the-admin-token-of-this-test";

    private readonly string _directory = Path.Combine(Path.GetTempPath(), "mirror-ui-" + Guid.NewGuid().ToString("N"));

    /// <param name="services">Registered last, before any service is resolved.</param>
    protected UiFixture(Func<MirrorOptions, MirrorOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var options = new MirrorOptions { DataDirectory = _directory, Auth = new AuthOptions { AdminToken = Token } };
        options = configure?.Invoke(options) ?? options;
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddMirrorCore(options).AddSingleton(new ServerLifetime(CancellationToken.None)).AddMetrics();
        Services.AddMirrorAccess().AddSingleton<IPasswordHashing, FastPasswordHashing>();
        Services.AddPages();
        Services.AddSingleton<ServerAddresses>(Addresses);
        services?.Invoke(Services);
        Authorization = this.AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
        DefaultWaitTimeout = Eventually.WaitTimeout;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    protected ManualTimeProvider Time { get; } = new();

    protected FixedAddresses Addresses { get; } = new();

    protected CatalogSeed Seed { get; private set; } = null!;

    protected BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    /// <summary>The address of the page without the host, as in a link.</summary>
    protected string Address => Navigation.ToBaseRelativePath(Navigation.Uri);

    private BunitAuthorizationContext Authorization { get; }

    public async Task InitializeAsync()
    {
        await MigratedDatabase.PutAsync(Services.GetRequiredService<MirrorOptions>());
        await Services.GetRequiredService<CatalogDatabase>().MigrateAsync(CancellationToken.None);
        await Services.GetRequiredService<AdminToken>().PrepareAsync(CancellationToken.None);
        Seed = new CatalogSeed(
            Services.GetRequiredService<CatalogDatabase>(), Services.GetRequiredService<IPackageStore>(), Time.GetUtcNow());
    }

    public new async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Signs in as the administrator, like the sign-in page.</summary>
    protected ClaimsPrincipal SignIn()
    {
        var user = Services.GetRequiredService<Sessions>()
            .BeginWithTokenAsync(Token, null, CancellationToken.None)
            .GetAwaiter()
            .GetResult()!;
        Authorization.SetAuthorized("admin");
        Authorization.SetClaims([.. user.Claims.Where(claim => claim.Type != ClaimTypes.Name)]);
        return user;
    }

    /// <summary>Creates a user with this name and signs in.</summary>
    protected async Task<ClaimsPrincipal> SignInAsUserAsync(string name, bool isAdmin = false)
    {
        var password = NewPassword.Generate();
        await Services.GetRequiredService<Users>().CreateAsync(
            UserName.Parse(name), password, isTemporary: false, isAdmin, Principal.Admin, CancellationToken.None);
        var user = (
            await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync(name, password.Text, null, CancellationToken.None))!;
        SetUser(name, user);
        return user;
    }

    /// <summary>Begins another session of a user who exists.</summary>
    protected async Task SignInAgainAsync(string name)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var subject = (await Services.GetRequiredService<Subjects>().FindAsync(
            db.Principals.Single(row => row.Name == name).Id, CancellationToken.None))!;
        SetUser(name, await Services.GetRequiredService<Sessions>().BeginAsync(subject, "password", CancellationToken.None));
    }

    private void SetUser(string name, ClaimsPrincipal user)
    {
        Authorization.SetAuthorized(name);
        Authorization.SetClaims([.. user.Claims.Where(claim => claim.Type != ClaimTypes.Name)]);
    }

    /// <summary>
    /// Creates groups; a slash separates levels. The last part of a path in <paramref name="workspaces"/> is a workspace.
    /// </summary>
    protected async Task AddNamespacesAsync(IEnumerable<string> paths, params string[] workspaces)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        foreach (string path in paths)
        {
            var parent = path.Contains('/', StringComparison.Ordinal)
                ? db.Namespaces.Single(row => row.Path == path.Substring(0, path.LastIndexOf('/')))
                : null;
            var row = new NamespaceRow
            {
                Path = path,
                ParentId = parent?.Id,
                RootGroupId = parent?.RootGroupId ?? 0,
                Kind = workspaces.Contains(path) ? NamespaceKind.Workspace : NamespaceKind.Group,
                AnonymousRead = parent is null ? true : null,
            };
            db.Namespaces.Add(row);
            await db.SaveChangesAsync();
            row.RootGroupId = parent?.RootGroupId ?? row.Id;
            await db.SaveChangesAsync();
        }

        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }

    protected async Task<VersionDetails?> StoredAsync(string provider, string version) =>
        await Services.GetRequiredService<CatalogReader>().FindVersionAsync(
            MirrorDbContext.DefaultGroupId,
            Core.Addresses.ProviderAddress.Parse(provider),
            Core.Addresses.ProviderVersion.Parse(version),
            CancellationToken.None);

    protected sealed class FixedAddresses : ServerAddresses
    {
        public string? Authority { get; set; } = "/srv/mirror/tls/ca.pem";

        public Uri? ServerUrl { get; set; } = new("https://mirror.example.com/");

        public override string? AuthorityPath => Authority;

        public override ClientConfiguration ConfigurationFor(Core.Addresses.NamespacePath group, Uri visited) => new(ServerUrl, group);
    }
}
