using System.Diagnostics;
using System.Globalization;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Publishing;

/// <summary>
/// A separate network with only a loopback interface, in which every port is free, also 443. It ends with this object, or with the
/// process of the tests. See https://man7.org/linux/man-pages/man7/network_namespaces.7.html.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const string Ready = "ready";

    private readonly Process _holder;
    private readonly bool _hasUser;

    private NetworkNamespace(Process holder, bool hasUser) => (_holder, _hasUser) = (holder, hasUser);

    /// <summary>The program and its arguments that run another program in this network.</summary>
    public IReadOnlyList<string> Enter =>
    [
        "nsenter",
        "--target",
        _holder.Id.ToString(CultureInfo.InvariantCulture),
        "--net",
        .. _hasUser ? ["--user", "--preserve-credentials"] : Array.Empty<string>(),
    ];

    /// <summary>As an ordinary user in a user namespace, or as root where the machine does not allow those.</summary>
    public static async Task<NetworkNamespace> CreateAsync() =>
        await TryCreateAsync(["--user", "--map-root-user"])
        ?? await TryCreateAsync([])
        ?? throw new InvalidOperationException("This machine allows no network namespace, neither with a user namespace nor as root.");

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }

    private static async Task<NetworkNamespace?> TryCreateAsync(string[] user)
    {
        var holder = Process.Start(
            new ProcessStartInfo("unshare", [.. user, "--net", "sh", "-c", $"ip link set lo up && echo {Ready} && exec cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        if (await holder.StandardOutput.ReadLineAsync() == Ready)
        {
            return new NetworkNamespace(holder, user.Length > 0);
        }

        await holder.WaitForExitAsync();
        holder.Dispose();
        return null;
    }
}
