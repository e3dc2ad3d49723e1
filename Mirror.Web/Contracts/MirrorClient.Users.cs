using Mirror.Core.Access;
using Mirror.Web.Features.Accounts;

namespace Mirror.Web.Contracts;

/// <content>The instance's users.</content>
public sealed partial class MirrorClient
{
    public Task<UserListDocument> ListUsersAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/users", ApiJson.Default.UserListDocument, cancellationToken);

    public async Task<UserPasswordDocument> CreateUserAsync(NewUserDocument user, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(Relative("api/v1/users"), user, ApiJson.Default.NewUserDocument, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.UserPasswordDocument, cancellationToken);
    }

    public Task DeleteUserAsync(UserName name, CancellationToken cancellationToken) => DeleteAsync(UserUrl(name), cancellationToken);

    /// <param name="password">Null: one is made and returned.</param>
    public async Task<UserPasswordDocument> ResetPasswordAsync(UserName name, string? password, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative(UserUrl(name) + "/password-reset"), new PasswordResetDocument(password), ApiJson.Default.PasswordResetDocument, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.UserPasswordDocument, cancellationToken);
    }

    public Task<CallerDocument> GetCallerAsync(CancellationToken cancellationToken) => GetAsync("api/v1/user", ApiJson.Default.CallerDocument, cancellationToken);

    private static string UserUrl(UserName name) => $"api/v1/users/{Uri.EscapeDataString(name.Value)}";
}
