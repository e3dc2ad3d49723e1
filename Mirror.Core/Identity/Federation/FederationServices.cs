using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Core.Identity.Federation;

internal static class FederationServices
{
    public static IServiceCollection AddFederation(this IServiceCollection services) => services
        .AddSingleton<InstanceAddress>()
        .AddSingleton<IssuerKeys>()
        .AddSingleton<InstanceIssuer>()
        .AddSingleton<FederatedRegistries>()
        .AddSingleton<ExternalIssuers>()
        .AddSingleton<FederatedIdentities>()
        .AddSingleton<IBearerTokens, FederatedIdentityTokens>();
}
