using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mirror.Core.Configuration;

/// <summary>
/// Checks the levels in <c>Logging</c>, global and per provider. .NET reads them itself and throws on the first unknown level.
/// </summary>
internal static class LogLevels
{
    private const string Levels = "LogLevel";

    public static void Check(IConfigurationSection logging, List<ConfigurationFault> faults)
    {
        foreach (var level in logging.GetChildren().SelectMany(Below))
        {
            if (!string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                faults.Add(new ConfigurationFault(level.Path, $"'{level.Value}' is not valid; expected one of {string.Join(", ", Enum.GetNames<LogLevel>())}"));
            }
        }
    }

    private static IEnumerable<IConfigurationSection> Below(IConfigurationSection section) =>
        (section.Key.Equals(Levels, StringComparison.OrdinalIgnoreCase) ? section : section.GetSection(Levels)).GetChildren();
}
