using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror serve</c>: starts the server and runs it until the process gets a signal to stop.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    private const string DataDirectoryKey = "Mirror:DataDirectory";

    private static readonly string[] Configuration =
    [
        "Each of these overrides the one before:",
        "  appsettings.json in the working directory",
        "  the environment     Mirror__Upstream__Mode=Offline",
        "  the command line    mirror serve --Mirror:Upstream:Mode=Offline",
        "",
        "The data directory is ./data, or the value of Mirror:DataDirectory.",
        "Listeners: Mirror:Listen:Http and Mirror:Listen:Https.",
    ];

    public static Command Create()
    {
        var demo = new Option<bool>("--demo")
        {
            Description = "Also start an origin registry with example providers, and print how to use the mirror with them. "
                + "Needs no internet access. The data is temporary.",
        };
        var command = new ServerCommand(
            Name,
            "Start the server. It runs until Ctrl-C or SIGTERM, and then lets running requests finish.",
            "mirror serve",
            "mirror serve --demo",
            "mirror serve --Mirror:DataDirectory=/var/lib/mirror --Mirror:Upstream:Mode=Offline") { demo }
            .WithUsage("[options] [--Mirror:<key>=<value>]...")
            .WithSection("Configuration", Configuration);
        command.TreatUnmatchedTokensAsErrors = false; // They are configuration keys.
        command.SetAction((result, _) =>
        {
            var streams = result.InvocationConfiguration;
            var environment = CommandEnvironment.Of(result);
            string[] optionNames = [.. HelpText.OptionsOf(result.CommandResult).Select(option => option.Name)];
            return RunAsync(result.UnmatchedTokens, optionNames, result.GetValue(demo), environment, streams.Output, streams.Error);
        });
        return command;
    }

    /// <summary>This executable; <c>mirror</c> if another program, such as dotnet, runs it.</summary>
    private static string Executable() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == HelpText.Executable ? path : HelpText.Executable;

    private static async Task<int> RunAsync(
        IReadOnlyList<string> tokens,
        IReadOnlyList<string> optionNames,
        bool demo,
        CommandEnvironment environment,
        TextWriter output,
        TextWriter error)
    {
        if (ConfigurationArguments.Parse(tokens, optionNames, out string? mistake) is not { } arguments)
        {
            await error.WriteLineAsync(mistake);
            return ExitCodes.BadUsage;
        }

        using var signals = new StopSignals();
        try
        {
            var configuration = MirrorConfiguration.Load(environment.WorkingDirectory, arguments);
            var options = MirrorOptionsReader.Read(configuration, Environment.GetEnvironmentVariable);
            bool keepData = arguments.ContainsKey(DataDirectoryKey);
            await output.WriteLineAsync(StartBanner.Starting(demo && !keepData ? null : options.DataDirectory));
            await output.FlushAsync();
            await using var demonstration = demo ? await Demonstration.StartAsync(options, keepData) : null;
            await using var host = MirrorHost.Build(demonstration?.Options ?? options, configuration.GetSection("Logging"));
            await host.StartAsync(signals.Stop);
            var shown = demonstration is null ? null : new DemoBanner(
                demonstration.Origin,
                host.NewAdminToken ?? AdminToken.ReadFile(host.Options.DataDirectory),
                demonstration.Announce(environment.UserDirectory, host.Urls),
                Executable());
            await output.WriteAsync(StartBanner.Compose(host.Options, host.Urls, host.AuthorityPath, host.NewAdminToken, shown));
            await output.FlushAsync();
            // Migrations and the first of everything take memory that serving does not need: a tenth of what is resident.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return await host.RunAsync(signals.Stop, signals.Hurry) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped before the server was ready.");
            return ExitCodes.Success;
        }
        catch (InvalidConfigurationException e)
        {
            foreach (var fault in e.Faults)
            {
                await error.WriteLineAsync(fault.ToString());
            }
        }
        catch (StartFailedException e)
        {
            await error.WriteLineAsync(e.Message);
        }
        catch (Exception e) when (StorageFailure.ExplainToOperator(e) is { } explanation)
        {
            await error.WriteLineAsync(explanation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The server cannot start: {e.Message}");
        }

        return ExitCodes.Failure;
    }
}
