using Microsoft.Extensions.Logging;

namespace Mirror.Core.Configuration;

internal static partial class ConfigurationLog
{
    [LoggerMessage(1401, LogLevel.Information, "{Key}: reloaded {Files}")]
    public static partial void FilesReloaded(ILogger logger, string key, string files);

    [LoggerMessage(1402, LogLevel.Warning, "{Key}: {Problem}; the previous content stays in use until the file changes again")]
    public static partial void FilesUnusable(ILogger logger, string key, string problem);

    [LoggerMessage(1403, LogLevel.Warning, "{Key}: the certificate in {Path} expired on {NotAfter:u}")]
    public static partial void CertificateExpired(ILogger logger, string key, string path, DateTimeOffset notAfter);
}
