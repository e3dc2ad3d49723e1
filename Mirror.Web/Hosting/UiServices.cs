using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Overview;
using Mirror.Web.Features.Setup;
using Mirror.Web.Features.SignIn;
using Mirror.Web.Features.SignIn.OpenId;
using Mirror.Web.Features.SignIn.TerraformLogin;
using Mirror.Web.Features.Syncs;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;
using Mirror.Web.Ui;
using Mirror.Web.Ui.StaticFiles;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Hosting;

/// <summary>Registers and maps the UI.</summary>
public static class UiServices
{
    /// <summary>
    /// Bytes. A browser hands the state of a prerendered page back when its circuit starts, in one message: a list full of
    /// long addresses is more than the framework's 32 KB, and the circuit would not start.
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
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddCascadingAuthenticationState();
        services.AddSignIn(options);
        services.AddKeys();
        services.AddPages();
        services.AddSingleton<ServerAddresses, RunningServerAddresses>();
        return services;
    }

    /// <summary>What pages load and change their content with, one of each for a circuit.</summary>
    internal static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddScoped<DialogService>()
        .AddScoped<Notifications>()
        .AddSingleton<OverviewReader>()
        .AddScoped<SyncLoader>()
        .AddScoped<DiagnosisLoader>()
        .AddScoped<ActivityLoader>();

    /// <summary>
    /// Maps the pages, what they load, and <c>/</c>, which leads to the list. Who is signed in is looked up for these
    /// endpoints only: the protocol's answers pay nothing for it.
    /// </summary>
    public static void MapMirrorUi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<MirrorOptions>();
        var anonymous = app.Services.GetRequiredService<AnonymousPages>();
        app.UseNotFoundPage();
        app.UseWhen(
            UiEndpoint.IsChosenFor,
            branch => branch.UseUiHeaders().UseOwnOrigin(options).UseAuthentication().Use(anonymous.Middleware).UsePasswordChange().UseAuthorization().UseAntiforgery());
        var files = app.MapEmbeddedFiles();
        app.MapGet("/", (HttpContext context) => Results.Redirect(Urls.LocalOrHome(null, context.Request.PathBase)))
            .ExcludeFromDescription();
        app.MapSignOut().WithMetadata(UiEndpoint.Instance, ReadsForm.Instance);
        app.MapTerraformLogin();
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

    private static void AddKeys(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.AddSingleton<CookieKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(management =>
            management.XmlRepository = provider.GetRequiredService<CookieKeys>()));
        // It warns that the keys are not encrypted; where they are kept, they are.
        services.AddLogging(
            logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
    }
}
