using Mirror.Core.Access;
using Mirror.Core.Identity;

namespace Mirror.Web.Contracts;

/// <content>The instance's users.</content>
public sealed partial class MirrorClient
{
    public Task<UserList> ListUsersAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/users", ApiJson.Default.UserList, cancellationToken);

    public async Task<UserPassword> CreateUserAsync(NewUser user, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(Relative("api/v1/users"), user, ApiJson.Default.NewUser, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.UserPassword, cancellationToken);
    }

    public Task DeleteUserAsync(UserName name, CancellationToken cancellationToken) => DeleteAsync(UserUrl(name), cancellationToken);

    /// <param name="password">Null generates a password and returns it.</param>
    public async Task<UserPassword> ResetPasswordAsync(
        UserName name, string? password, bool revokeTokens, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative(UserUrl(name) + "/password-reset"),
            new PasswordReset(password, revokeTokens),
            ApiJson.Default.PasswordReset,
            cancellationToken);
        return await ReadAsync(response, ApiJson.Default.UserPassword, cancellationToken);
    }

    public Task<Account> GetCallerAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/user", ApiJson.Default.Account, cancellationToken);

    private static string UserUrl(UserName name) => $"api/v1/users/{Uri.EscapeDataString(name.Value)}";
}
