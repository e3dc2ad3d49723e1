using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Core.Identity;

internal static class IdentityServices
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<AccessTokens>()
        .AddSingleton<GroupMappings>()
        .AddSingleton<ServiceAccounts>()
        .AddSingleton<ServiceAccountTokens>()
        .AddSingleton<Users>()
        .AddSingleton<PasswordLane>()
        .AddSingleton<Passwords>()
        .AddSingleton<OidcUsers>()
        .AddSingleton<UserSessions>()
        .AddSingleton<LoginCodes>()
        .AddSingleton<IBearerTokens>(provider => provider.GetRequiredService<AccessTokens>());
}
