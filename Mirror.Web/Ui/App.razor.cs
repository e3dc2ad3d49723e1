using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Mirror.Web.Ui;

/// <summary>The HTML document of every page.</summary>
public sealed partial class App
{
    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    /// <summary>Read here, so that the first paint is right.</summary>
    private Preferences Preferences => Preferences.Read(HttpContext.Request.Cookies);

    private string BasePath => $"{HttpContext.Request.PathBase}/";

    /// <summary>Pages that set cookies (<see cref="ExcludeFromInteractiveRoutingAttribute"/>) are static documents.</summary>
    private IComponentRenderMode? Mode => HttpContext.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;
}
