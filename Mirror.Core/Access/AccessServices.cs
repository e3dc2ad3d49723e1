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
        .AddSingleton<Members>()
        .AddSingleton<NamespaceWriter>()
        .AddSingleton<NamespaceContents>();
}
