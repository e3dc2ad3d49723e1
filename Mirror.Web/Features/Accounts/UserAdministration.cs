using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <param name="IsPermitted">False: the user does not administer the instance, or no longer; nothing was done.</param>
public readonly record struct Administered(bool IsPermitted, UserChange Change)
{
    public bool IsDone => IsPermitted && Change == UserChange.Done;
}

/// <param name="Users">Null: the user may not see other users.</param>
public sealed record UsersContent(IReadOnlyList<User>? Users);

/// <summary>Changes users for administrators; whatever the page shows, this is what decides.</summary>
public sealed class UserAdministration(Users users, CurrentUser user)
{
    public async Task<UsersContent> ListAsync(CancellationToken cancellationToken) =>
        await user.FindAdminAsync().ConfigureAwait(false) is not null ? new UsersContent(await users.ListAsync(cancellationToken).ConfigureAwait(false)) : new UsersContent(null);

    public Task<Administered> CreateAsync(UserName name, NewPassword password, bool isAdmin) =>
        IfAdminAsync(by => users.CreateAsync(name, password, isTemporary: true, isAdmin, by, CancellationToken.None));

    public Task<Administered> ResetPasswordAsync(UserName name, NewPassword password) =>
        IfAdminAsync(by => users.ResetPasswordAsync(name, password, by, CancellationToken.None));

    public Task<Administered> SetAdminAsync(UserName name, bool isAdmin) =>
        IfAdminAsync(by => users.SetAdminAsync(name, isAdmin, by, CancellationToken.None));

    public Task<Administered> DeleteAsync(UserName name) =>
        IfAdminAsync(by => users.DeleteAsync(name, by, CancellationToken.None));

    private async Task<Administered> IfAdminAsync(Func<Core.Database.Principal, Task<UserChange>> change) =>
        await user.FindAdminAsync().ConfigureAwait(false) is { } admin
            ? new Administered(true, await change(admin.Principal).ConfigureAwait(false))
            : new Administered(false, UserChange.NotFound);
}
