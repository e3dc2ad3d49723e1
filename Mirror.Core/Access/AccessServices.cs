using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Core.Access;

internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<ProtectedContent>()
        .AddSingleton<LinkKeys>()
        .AddSingleton<PackageLinks>()
        .AddSingleton<AccessChanges>()
        .AddSingleton<Subjects>()
        .AddSingleton<AccessTokens>()
        .AddSingleton<Members>()
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
