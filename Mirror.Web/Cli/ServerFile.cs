using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Web.Http;

namespace Mirror.Web.Cli;

/// <summary>
/// A file that exists while a server runs on this machine, so that the command line finds it: <c>server.json</c> in its data
/// directory, and <c>demo.json</c> in the directory of the user who runs a demo.
/// </summary>
/// <param name="Urls">Best first.</param>
/// <param name="ProcessId">The server's.</param>
/// <param name="DataDirectory">Null: the directory of the file.</param>
public sealed record ServerFile(
    IReadOnlyList<Uri> Urls, [property: JsonPropertyName("pid")] int ProcessId, string? DataDirectory = null)
{
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "server.json");

    /// <param name="userDirectory">That of a <see cref="CommandEnvironment"/>.</param>
    public static string DemoPathIn(string userDirectory) => Path.Combine(userDirectory, "demo.json");

    /// <summary>The file of a server that is running, or null.</summary>
    public static ServerFile? Read(string path)
    {
        try
        {
            using var content = File.OpenRead(path);
            return JsonSerializer.Deserialize(content, ServerFileJson.Default.ServerFile) is { Urls.Count: > 0 } file
                && IsRunning(file.ProcessId)
                ? file
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <param name="dataDirectory">Null: that of the file.</param>
    internal static void Write(string path, ServerUrls urls, string? dataDirectory = null)
    {
        var file = new ServerFile(urls.ForCommands, Environment.ProcessId, dataDirectory);
        OwnerOnlyFile.Write(path, JsonSerializer.Serialize(file, ServerFileJson.Default.ServerFile) + "\n");
    }

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

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class ServerFileJson : JsonSerializerContext;
