using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>A data directory whose database is filled with rows without bytes.</summary>
internal static class SeededData
{
    /// <summary>
    /// Makes the directory by starting a server once: a database with rows beside a store that bears no mark of its instance
    /// would be taken for one whose disk is not mounted.
    /// </summary>
    public static async Task<CatalogDatabase> CreateAsync(string directory)
    {
        await using (await MirrorProcess.StartAsync($"--Mirror:DataDirectory={directory}"))
        {
        }

        return new CatalogDatabase(new MirrorOptions { DataDirectory = directory });
    }
}
