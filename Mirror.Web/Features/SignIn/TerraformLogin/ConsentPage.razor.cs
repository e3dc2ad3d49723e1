using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn.TerraformLogin;

/// <summary>Asks a user whether Terraform on their machine may have a token of theirs.</summary>
public sealed partial class ConsentPage(Sessions sessions)
{
    private AccessSubject _subject = AccessSubject.Anonymous;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    private LoginRequest? Request { get; set; }

    private string? Fault { get; set; }

    private bool IsUser => _subject.PrincipalId is not null;

    private string Name => _subject.Principal.Name;

    private static int Days => (int)LoginEndpoints.TokenLifetime.TotalDays;

    protected override async Task OnInitializedAsync()
    {
        (Request, Fault) = LoginRequest.Parse(name => HttpContext.Request.Query[name]);
        _subject = await sessions.IdentifyAsync(HttpContext.User, HttpContext.RequestAborted);
        if (Fault is not null)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }
}
