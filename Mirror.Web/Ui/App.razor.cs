using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Mirror.Web.Ui;

/// <summary>The HTML document of every page.</summary>
public sealed partial class App
{
    /// <summary>Set by <c>mirror.js</c>; read here, so that the first paint has the chosen theme.</summary>
    private const string ThemeCookie = "mirror-theme";

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    /// <summary>Null follows the system's preference.</summary>
    private string? Theme => HttpContext.Request.Cookies[ThemeCookie] switch
    {
        "dark" => "dark",
        "light" => "light",
        _ => null,
    };

    private string BasePath => $"{HttpContext.Request.PathBase}/";

    /// <summary>Pages that set cookies (<see cref="ExcludeFromInteractiveRoutingAttribute"/>) are static documents.</summary>
    private IComponentRenderMode? Mode => HttpContext.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;
}
