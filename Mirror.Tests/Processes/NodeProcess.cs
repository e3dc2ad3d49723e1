using System.Diagnostics;
using System.Globalization;

namespace Mirror.Tests.Processes;

/// <summary>
/// A server on loopback that a script for Node.js runs. The script first prints <c>port</c> and its number, and ends with its input, so
/// that it never outlives the tests.
/// </summary>
public sealed class NodeProcess : IAsyncDisposable
{
    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public int Port { get; private set; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <param name="script">Its path below the directory of the test assembly.</param>
    public static async Task<NodeProcess> StartAsync(string script, params string[] arguments)
    {
        var server = new NodeProcess(Process.Start(
            new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, script), .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!);
        try
        {
            string line = await server.ReadLineAsync();
            server.Port = int.Parse(line["port ".Length..], CultureInfo.InvariantCulture);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(WaitTimeout, TimeProvider.System)
            ?? throw new InvalidOperationException($"The script '{_process.StartInfo.ArgumentList[0]}' has ended.");

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
