using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn;

/// <summary>
/// Changes the user's own password. A static document: the change ends all sessions, and only a response can set a new cookie.
/// </summary>
public sealed partial class PasswordPage(
    CurrentUser user, Sessions sessions, Passwords passwords, Users users, NavigationManager navigation)
{
    private string? _currentError;
    private string? _newError;
    private string? _againError;
    private AccessSubject _subject = AccessSubject.Anonymous;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "change-password")]
    private string? Current { get; set; }

    [SupplyParameterFromForm(FormName = "change-password")]
    private string? New { get; set; }

    [SupplyParameterFromForm(FormName = "change-password")]
    private string? Again { get; set; }

    [SupplyParameterFromQuery(Name = Urls.ReturnUrl)]
    [MaxLength(Urls.MaxReturnUrl)]
    private string? ReturnUrl { get; set; }

    private bool MustChange { get; set; }

    private bool IsLocal { get; set; }

    private string Name => _subject.Principal.Name;

    protected override async Task OnInitializedAsync()
    {
        if (user.Session is { } session)
        {
            (_subject, MustChange) = (session.Subject, session.MustChangePassword);
            IsLocal = session.Subject.PrincipalId is { } id && await users.FindAsync(id, HttpContext.RequestAborted) is { Local: true };
        }
    }

    private async Task ChangeAsync()
    {
        bool acceptable = NewPassword.TryCreate(New, UserName.Parse(Name), out var password, out _newError);
        _newError ??= New == Current ? Texts.PasswordUnchanged : null;
        _againError = New == Again ? null : Texts.PasswordsDiffer;
        if (acceptable && _newError is null && _againError is null)
        {
            try
            {
                if (await passwords.ChangeAsync(_subject, Current, password!, HttpContext.RequestAborted) == UserChange.Done)
                {
                    await HttpContext.SignInAsync(await sessions.BeginAsync(_subject, "new password", HttpContext.RequestAborted));
                    navigation.NavigateTo(
                        ReturnUrl is null ? $"{HttpContext.Request.PathBase}/{Urls.Account}" : Urls.LocalOrHome(
                            ReturnUrl, HttpContext.Request.PathBase));
                    return;
                }
            }
            catch (LaneFullException)
            {
                _currentError = Overload.SignIns;
                Overload.Prepare(HttpContext);
                return;
            }

            _currentError = Texts.CurrentPasswordRefused;
        }

        HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
    }
}
