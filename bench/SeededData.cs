using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>A data directory with a database of rows without files.</summary>
internal static class SeededData
{
    /// <summary>
    /// Starts a server once to create the directory. Without the instance id in the package store, the server would assume that its disk is
    /// not mounted.
    /// </summary>
    public static async Task<CatalogDatabase> CreateAsync(string directory)
    {
        await using (await MirrorProcess.StartAsync($"--Mirror:DataDirectory={directory}"))
        {
        }

        return new CatalogDatabase(new MirrorOptions { DataDirectory = directory });
    }
}
