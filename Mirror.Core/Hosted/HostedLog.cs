using Microsoft.Extensions.Logging;

namespace Mirror.Core.Hosted;

/// <summary>Log messages about published providers and modules. Event ids are stable: 2300 and up.</summary>
internal static partial class HostedLog
{
    [LoggerMessage(2301, LogLevel.Information, "Renamed {Count} published providers and module versions: their hostname {Old} is now {Current}")]
    public static partial void HostnameChanged(this ILogger logger, int count, string old, string current);

    [LoggerMessage(2302, LogLevel.Warning, "Published providers or modules have the hostname {Hostname}, and clients do not find them. It was the host of Mirror:PublicUrl, which is now {Current}. Add {Hostname} to Mirror:Hosted:Hostnames and restart, or restore Mirror:PublicUrl")]
    public static partial void UnknownHostname(this ILogger logger, string hostname, string current);

    [LoggerMessage(2303, LogLevel.Warning, "Could not rename what exists at both {Old} and {Current}: {Addresses}. Delete one of each, and restart")]
    public static partial void AddressesTaken(this ILogger logger, string old, string current, string addresses);

    [LoggerMessage(2304, LogLevel.Warning, "Policy rules or key pins still name the hostname {Old} and match nothing: {Rules}. Replace them with rules for {Current}")]
    public static partial void RulesOfOldHostname(this ILogger logger, string old, string rules, string current);
}
