namespace Mirror.Web.Cli;

/// <summary>
/// The layers of the configuration, each over the one before: the defaults inside the executable, <c>appsettings.json</c>
/// in the working directory, the environment (<c>Mirror__Upstream__Mode</c>), the command line
/// (<c>--Mirror:Upstream:Mode=Offline</c>).
/// </summary>
public static class MirrorConfiguration
{
    public const string FileName = "appsettings.json";

    /// <exception cref="StartFailedException">The file is not valid JSON.</exception>
    public static IConfigurationRoot Load(string workingDirectory, IReadOnlyDictionary<string, string?> arguments)
    {
        string file = Path.Combine(workingDirectory, FileName);
        using Stream defaults = typeof(MirrorConfiguration).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"The executable does not contain {FileName}.");
        try
        {
            return new ConfigurationBuilder()
                .AddJsonStream(defaults)
                .AddJsonFile(file, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(arguments)
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new StartFailedException($"{file} is not valid: {e.GetBaseException().Message}", e);
        }
    }
}
