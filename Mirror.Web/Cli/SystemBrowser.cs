using System.ComponentModel;
using System.Diagnostics;

namespace Mirror.Web.Cli;

/// <summary>The user's web browser.</summary>
internal static class SystemBrowser
{
    /// <returns>Null if no user is at a terminal, or there is no screen for a browser.</returns>
    public static Action<Uri>? Find(IReadOnlyDictionary<string, string> variables)
    {
        bool hasScreen = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            || variables.ContainsKey("DISPLAY") || variables.ContainsKey("WAYLAND_DISPLAY");
        return hasScreen && !Console.IsInputRedirected && !Console.IsErrorRedirected ? Open : null;
    }

    private static void Open(Uri url)
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(url.AbsoluteUri) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [url.AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        try
        {
            Process.Start(start)?.Dispose();
        }
        catch (Win32Exception)
        {
            // The URL is printed as well.
        }
    }
}
