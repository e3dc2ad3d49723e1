using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Web.Http;

namespace Mirror.Web.Cli;

/// <summary>
/// <c>server.json</c> in the data directory, there while a server runs on it: how the command line on this machine finds it.
/// </summary>
/// <param name="Urls">Best first.</param>
/// <param name="ProcessId">The server's.</param>
public sealed record ServerFile(IReadOnlyList<Uri> Urls, [property: JsonPropertyName("pid")] int ProcessId)
{
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "server.json");

    /// <summary>The file of a server that still runs, or null.</summary>
    public static ServerFile? Read(string dataDirectory)
    {
        try
        {
            using var content = File.OpenRead(PathIn(dataDirectory));
            return JsonSerializer.Deserialize(content, ServerFileJson.Default.ServerFile) is { } file && IsRunning(file.ProcessId)
                ? file
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal static void Write(string dataDirectory, ServerUrls urls)
    {
        var file = new ServerFile([.. new[] { urls.Https, urls.Http }.OfType<Uri>()], Environment.ProcessId);
        OwnerOnlyFile.Write(PathIn(dataDirectory), JsonSerializer.Serialize(file, ServerFileJson.Default.ServerFile) + "\n");
    }

    internal static void Remove(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class ServerFileJson : JsonSerializerContext;
