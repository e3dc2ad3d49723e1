using System.Diagnostics;
using System.Globalization;

namespace Mirror.E2E.Processes;

/// <summary>
/// The current and the peak resident memory of a process, as reported by Linux:
/// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html.
/// </summary>
internal static class ProcessMemory
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>VmHWM in bytes; null once the process has ended.</summary>
    public static long? PeakOf(Process process) => Find(process, "VmHWM:");

    /// <summary>VmRSS in bytes; null once the process has ended.</summary>
    public static long? ResidentOf(Process process) => Find(process, "VmRSS:");

    /// <summary>
    /// Reads the value repeatedly until the process ends, because it is not available afterwards. The value never decreases.
    /// </summary>
    public static async Task<long> WatchPeakAsync(Process process)
    {
        long peak = 0;
        while (PeakOf(process) is { } now)
        {
            peak = Math.Max(peak, now);
            await Task.Delay(Interval);
        }

        return peak;
    }

    private static long? Find(Process process, string name)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status")
                .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null
                ? null
                : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
