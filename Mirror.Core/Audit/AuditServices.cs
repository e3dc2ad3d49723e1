using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Core.Audit;

internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<DeniedRequestLog>()
        .AddSingleton<AuditReader>()
        .AddSingleton<AuditWatch>()
        .AddSingleton<AuditRetention>();
}
