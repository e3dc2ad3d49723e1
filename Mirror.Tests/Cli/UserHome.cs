using System.Text.Json.Nodes;
using Mirror.Tests.Importing;
using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

/// <summary>The surroundings of a user's commands: a directory for profiles, an empty working directory, and variables.</summary>
internal sealed class UserHome : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    public UserHome() => Directory.CreateDirectory(WorkingDirectory);

    public string UserDirectory => Path.Combine(_directory.Path, "config", "mirror");

    public string WorkingDirectory => Path.Combine(_directory.Path, "work");

    public ProfileStore Store => new(UserDirectory);

    /// <param name="variables">Each as <c>NAME=value</c>.</param>
    public CommandEnvironment Environment(params string[] variables) => new(
        WorkingDirectory,
        UserDirectory,
        variables.Select(variable => variable.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]));

    public UserHome WithProfile(string name, string url, string token, bool isCurrent = false)
    {
        var file = Store.Read();
        file.Profiles[name] = new Profile(ServerUrl.Parse(url), token);
        Store.Write(isCurrent ? file with { Current = name } : file);
        return this;
    }

    /// <summary>The configuration in the working directory names the data directory.</summary>
    public UserHome WithDataDirectory(string path)
    {
        var configuration = new JsonObject { ["Mirror"] = new JsonObject { ["DataDirectory"] = path } };
        File.WriteAllText(Path.Combine(WorkingDirectory, "appsettings.json"), configuration.ToJsonString());
        return this;
    }

    public void Dispose() => _directory.Dispose();
}
