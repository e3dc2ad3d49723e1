using System.Net.Mime;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Documentation;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Overview;
using Mirror.Web.Features.Registry.Pages;
using Mirror.Web.Features.Registry.Publishing;
using Mirror.Web.Features.Setup;
using Mirror.Web.Features.SignIn;
using Mirror.Web.Features.SignIn.OpenId;
using Mirror.Web.Features.SignIn.TerraformLogin;
using Mirror.Web.Features.Syncs;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Alerts;
using Mirror.Web.Ui.Finding;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.StaticFiles;
using Mirror.Web.Ui.Widgets;
using MudBlazor;
using MudBlazor.Services;

namespace Mirror.Web.Hosting;

/// <summary>Registers and maps the UI.</summary>
public static class UiServices
{
    /// <summary>
    /// In bytes. A browser sends the state of a prerendered page back in one message when its circuit starts: a list of long addresses
    /// exceeds the framework's 32 KB, and the circuit would not start.
    /// </summary>
    internal const int MaximumMessageSize = 384 * 1024;

    public static IServiceCollection AddMirrorUi(this IServiceCollection services, MirrorOptions options)
    {
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub =>
            {
                hub.MaximumReceiveMessageSize = MaximumMessageSize;
                hub.AddFilter<AnonymousPages>();
                hub.AddFilter<CircuitBounds>();
            });
        services.AddSingleton<AnonymousPages>().AddSingleton<CircuitBounds>();
        // Only pages: other documents are compressed once, and packages are. The session's cookie is sent with no request of another site, so
        // that no other site can guess the content of a page from its size.
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = [MediaTypeNames.Text.Html];
        });
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddCascadingAuthenticationState();
        services.AddSignIn(options);
        services.AddKeys();
        services.AddPages();
        services.AddSingleton<ServerAddresses, RunningServerAddresses>();
        return services;
    }

    /// <summary>Services with which pages load and change their content, one for each circuit.</summary>
    internal static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddMudServices(ConfigureMudBlazor)
        .AddScoped<IDialogService, SingleDialogService>()
        .AddScoped<Notifications>()
        .AddScoped<KeptCookies>()
        .AddSingleton<FirstStart>()
        .AddScoped<PreferenceStore>()
        .AddScoped<FrameReader>()
        .AddScoped<PaletteSearch>()
        .AddScoped<AlertReader>()
        .AddSingleton<OverviewReader>()
        .AddSingleton<DocumentationLibrary>()
        .AddScoped<SyncLoader>()
        .AddScoped<DiagnosisLoader>()
        .AddScoped<ActivityLoader>()
        .AddScoped<DeprecationChange>();

    /// <summary>
    /// Maps the pages, their static files, and <c>/</c>, which redirects to the list. Only these endpoints look up the signed-in user; the
    /// protocols do not.
    /// </summary>
    public static void MapMirrorUi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<MirrorOptions>();
        var anonymous = app.Services.GetRequiredService<AnonymousPages>();
        app.UseNotFoundPage();
        app.UseWhen(
            UiEndpoint.IsChosenFor,
            branch => branch.UseResponseCompression().UseUiHeaders().UseLanguages().UseOwnOrigin(options).UseAuthentication().Use(anonymous.Middleware).UsePasswordChange().UseAuthorization().UseAntiforgery());
        var files = app.MapEmbeddedFiles();
        app.MapDocumentationImages();
        app.MapGet("/", (HttpContext context) => Results.Redirect(Urls.LocalOrHome(null, context.Request.PathBase)))
            .ExcludeFromDescription();
        app.MapSignOut().WithMetadata(UiEndpoint.Instance, ReadsForm.Instance);
        app.MapTerraformLogin();
        app.MapVersionExport();
        app.MapActivityExport();
        app.MapPublishing();
        app.MapOpenId(options.Auth.Oidc);
        var pages = app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null)
            .WithMetadata(UiEndpoint.Instance, ReadsForm.Instance, files);
        pages.Add(UiPipeline.BoundCircuitRequests);
        if (!options.Auth.AnonymousRead)
        {
            pages.RequireAuthorization();
        }
    }

    private static void ConfigureMudBlazor(MudServicesConfiguration mud)
    {
        // Static documents, such as the sign-in page, have no popovers, and no provider of them.
        mud.PopoverOptions.CheckForPopoverProvider = false;
    }

    private static void AddKeys(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.AddSingleton<CookieKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(management =>
            management.XmlRepository = provider.GetRequiredService<CookieKeys>()));
        // The framework warns that the keys are not encrypted; the database encrypts them.
        services.AddLogging(
            logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
    }
}
