using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Tests.Ui;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.SignIn;

/// <summary>Pages that are static documents, rendered within the request.</summary>
public abstract class PlainPageFixture : UiFixture
{
    protected PlainPageFixture(Func<MirrorOptions, MirrorOptions>? configure = null)
        : base(configure, services => services.AddSingleton<AntiforgeryStateProvider, NoAntiforgery>())
    {
        SetRendererInfo(new RendererInfo("Static", isInteractive: false));
    }

    protected DefaultHttpContext Request { get; } = new();

    protected IRenderedComponent<TPage> RenderFor<TPage>(ClaimsPrincipal? user = null)
        where TPage : IComponent
    {
        Request.User = user ?? new ClaimsPrincipal();
        // Like the validation of the cookie.
        var session = Services.GetRequiredService<Sessions>()
            .FindAsync(Request.User, CancellationToken.None)
            .AsTask()
            .GetAwaiter()
            .GetResult();
        Services.GetRequiredService<CurrentUser>().Authenticated(session);
        return Render<CascadingValue<HttpContext>>(parameters => parameters.Add(cascade => cascade.Value, Request).AddChildContent<TPage>())
            .FindComponent<TPage>();
    }

    private sealed class NoAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
