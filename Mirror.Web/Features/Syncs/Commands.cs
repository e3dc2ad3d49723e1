using System.CommandLine;
using Mirror.Core.Sync;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Syncs;

/// <summary><c>mirror sync</c></summary>
internal static class SyncCommands
{
    public static ServerCommand Sync()
    {
        var (providers, group, platforms) = (CommandOptions.Providers(), CommandOptions.GroupPath(), CommandOptions.Platforms());
        providers.Arity = ArgumentArity.ZeroOrMore;
        var version = CommandOptions.Constraint("--version", "The exact version.");
        var versions = CommandOptions.Constraint(
            "--versions",
            "A version constraint in Terraform's syntax, such as '~> 5.0' or '>= 4.1, != 5.2.0'. "
            + "Matches prereleases only if it names one exactly.");
        var lockFile = new Option<FileInfo>("--lock-file")
        {
            Description = "Fetch the versions in this dependency lock file, instead of naming addresses.",
            HelpName = "file",
            CustomParser = CommandOptions.ExistingFile("--lock-file"),
        };
        var allowStale = new Option<bool>("--allow-stale")
        {
            Description = "Exit with 0, not 3, if an origin failed and its newest versions are unknown.",
        };
        var force = new Option<bool>("--force") { Description = "Fetch and replace stored packages too." };
        return new ServerCommand(
            "sync",
            "Fetch packages before they are needed. The default is the latest stable version, for all platforms that the origin offers. "
            + "Stored packages are not fetched again. TF_TOKEN_<host> from the environment, otherwise the token of the profile for that "
            + "host, is sent with this sync only.",
            "mirror sync hashicorp/aws",
            "mirror sync --versions '~> 5.0' --platform linux_amd64 --platform darwin_arm64 hashicorp/aws",
            "mirror sync --version 3.2.4 hashicorp/null registry.opentofu.org/hashicorp/null",
            "mirror sync --lock-file .terraform.lock.hcl --platform linux_amd64",
            "TF_TOKEN_app_terraform_io=… mirror sync app.terraform.io/example/internal")
        {
            providers, group, version, versions, lockFile, platforms, force, allowStale,
        }.Requires(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            bool named = result.GetResult(providers)?.Tokens.Count > 0;
            if (Given(version) && Given(versions))
            {
                result.AddError("--version and --versions cannot be combined.");
            }

            if (Given(lockFile) && (named || Given(version) || Given(versions)))
            {
                result.AddError("--lock-file cannot be combined with addresses, --version or --versions.");
            }

            if (!Given(lockFile) && !named)
            {
                result.AddError("Name at least one provider, such as hashicorp/aws, or a --lock-file.");
            }
        }).Connects(async (connection, call) =>
        {
            var selections = call.Get(lockFile) is { } file
                ? ReadLockFile(file, call.Output)
                : [.. call.Get(providers).Select(provider => new SyncSelection(provider, call.Get(version) ?? call.Get(versions)))];
            if (selections is null)
            {
                return ExitCodes.Failure;
            }

            var order = new SyncOrder(
                [.. selections.Select(item => new SyncOrderItem(item.Provider.ToString(), item.Versions?.ToString()))],
                [.. (call.Get(platforms) ?? []).Select(platform => platform.Value)],
                call.Get(force),
                TokensFor(selections, connection, call));
            return await new SyncRun(connection.Client, call.Get(group), call.Output, call.Get(allowStale)).RunAsync(order, call.Stop);
        });
    }

    /// <returns>Null: nothing can be read from it, which is reported.</returns>
    private static IReadOnlyList<SyncSelection>? ReadLockFile(FileInfo file, CommandOutput output)
    {
        try
        {
            // A device or a pipe has no length.
            byte[] content = new byte[DependencyLockFile.MaxLength + 1];
            using var stream = file.OpenRead();
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > DependencyLockFile.MaxLength)
            {
                output.Error($"{file} is larger than 1 MB; expected a dependency lock file.");
                return null;
            }

            var locked = DependencyLockFile.Parse(new StreamReader(new MemoryStream(content, 0, length)).ReadToEnd());
            if (locked.Count > 0)
            {
                return locked;
            }

            output.Error($"{file} contains no providers.");
        }
        catch (FormatException e)
        {
            output.Error($"{file}: {e.Message}");
        }

        return null;
    }

    private static Dictionary<string, string> TokensFor(
        IReadOnlyList<SyncSelection> selections, ServerConnection connection, CommandCall call)
    {
        var hosts = selections.Select(item => item.Provider.Hostname);
        var tokens = OriginTokens.Find(call.Environment, hosts, connection.Target);
        if (tokens.Count > 0 && !connection.Client.IsPrivate)
        {
            call.Output.Error($"The tokens for {string.Join(", ", tokens)} were not sent: the connection to the server is not https.");
            return new Dictionary<string, string>();
        }

        foreach (var token in tokens.Where(token => token.Profile is not null))
        {
            call.Output.Error($"For {token.Host}, this sync sends the token of the profile '{token.Profile}'.");
        }

        return tokens.ToDictionary(token => token.Host.Value, token => token.Token);
    }
}
