using Mirror.Core.Addresses;

namespace Mirror.Core.Configuration;

/// <summary>Reads an entry of <c>Mirror:Sync</c>.</summary>
internal static class SyncOptionsReader
{
    public static SyncOptions? Read(ConfigurationSectionReader sync)
    {
        var group = sync.Parsed("Group", NamespacePath.Parse, "path of a group or workspace") ?? NamespacePath.Default;
        var provider = sync.Parsed("Provider", ProviderAddress.Parse, "source address", isRequired: true);
        var versions = sync.Parsed("Versions", VersionConstraint.Parse, "version constraint");
        var schedule = sync.Parsed("Schedule", text => Schedule.TryParse(text, out var parsed)
            ? parsed
            : throw new FormatException(
                $"'{text}' is not a schedule; expected an interval such as 6h, or five cron fields such as '30 3 * * *' (UTC)."),
            "schedule",
            isRequired: true);
        var platforms = new List<Platform>();
        foreach (string text in sync.List("Platforms", "platforms") ?? [])
        {
            if (Platform.TryParse(text, out var platform))
            {
                platforms.Add(platform);
            }
            else
            {
                sync.Fault("Platforms", $"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'");
            }
        }

        return provider is null || schedule is null
            ? null
            : new SyncOptions { Group = group, Provider = provider, Versions = versions, Platforms = platforms, Schedule = schedule };
    }
}
