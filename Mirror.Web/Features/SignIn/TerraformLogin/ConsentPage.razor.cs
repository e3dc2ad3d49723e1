using Microsoft.AspNetCore.Components;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn.TerraformLogin;

/// <summary>Asks users whether a program on their machine may get one of their tokens.</summary>
public sealed partial class ConsentPage(CurrentUser user)
{
    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    private LoginRequest? Request { get; set; }

    private string? Fault { get; set; }

    private LoginClient Client => Request?.Client ?? LoginClient.Find(HttpContext.Request.Query["client_id"]) ?? LoginClient.Terraform;

    private bool IsUser => user.Subject.PrincipalId is not null;

    private string Name => user.Principal.Name;

    private static int Days => (int)LoginEndpoints.TokenLifetime.TotalDays;

    protected override void OnInitialized()
    {
        (Request, Fault) = LoginRequest.Parse(name => HttpContext.Request.Query[name]);
        if (Fault is not null)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }
}
