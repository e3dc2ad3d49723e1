using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Upstream;

namespace Mirror.Core.Credentials;

internal static class CredentialsServices
{
    public static IServiceCollection AddCredentials(this IServiceCollection services) => services
        .AddSingleton<ISecretKeyStore, KeyDirectory>()
        .AddSingleton<SecretBox>()
        .AddSingleton<Variables>()
        .AddSingleton<IOriginCredentials, NamespaceOriginCredentials>();
}
