using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Sync;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Syncs;

/// <summary><c>mirror sync</c>: the server's sync task, started and followed.</summary>
internal sealed class SyncCommand : ClientCommand
{
    private readonly Argument<ProviderAddress[]> _providers = CommandOptions.Providers();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();
    private readonly Option<VersionConstraint?> _version = CommandOptions.Constraint("--version", "The exact version.");
    private readonly Option<VersionConstraint?> _versions = CommandOptions.Constraint("--versions", "A version constraint as Terraform writes it, such as '~> 5.0' or '>= 4.1, != 5.2.0'. Prereleases only where one is named exactly.");
    private readonly Option<FileInfo> _lockFile = new Option<FileInfo>("--lock-file") { Description = "Fetch what a project has locked, instead of naming addresses.", HelpName = "file" }.AcceptExistingOnly();
    private readonly Option<Platform[]> _platforms = CommandOptions.Platforms();
    private readonly Option<bool> _force = new("--force") { Description = "Fetch also what is stored, and put it in its place." };

    public SyncCommand()
        : base(
            "sync",
            "Fetch packages ahead of their use. By default the latest stable version, for all platforms that the origin offers; what is stored is not fetched again. "
            + "TF_TOKEN_<host> in the environment goes along for this sync only.",
            "mirror sync hashicorp/aws",
            "mirror sync --versions '~> 5.0' --platform linux_amd64 --platform darwin_arm64 hashicorp/aws",
            "mirror sync --version 3.2.4 hashicorp/null registry.opentofu.org/hashicorp/null",
            "mirror sync --lock-file .terraform.lock.hcl --platform linux_amd64",
            "TF_TOKEN_app_terraform_io=… mirror sync app.terraform.io/example/internal")
    {
        _providers.Arity = ArgumentArity.ZeroOrMore;
        Add(_providers);
        Add(_group);
        Add(_version);
        Add(_versions);
        Add(_lockFile);
        Add(_platforms);
        Add(_force);
        AddCommonOptions();
        this.AddRule(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            bool named = result.GetResult(_providers)?.Tokens.Count > 0;
            if (Given(_version) && Given(_versions))
            {
                result.AddError("--version and --versions exclude each other.");
            }

            if (Given(_lockFile) && (named || Given(_version) || Given(_versions)))
            {
                result.AddError("--lock-file says what to fetch; leave out addresses, --version and --versions.");
            }

            if (!Given(_lockFile) && !named)
            {
                result.AddError("Name at least one provider, such as hashicorp/aws, or a --lock-file.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        if (FindSelections(arguments, output) is not { } selections)
        {
            return ExitCodes.Failure;
        }

        var tokens = CallerEnvironment.FindTokens(Environment.GetEnvironmentVariables(), selections.Select(item => item.Provider.Hostname));
        if (tokens.Count > 0 && !client.IsPrivate)
        {
            output.Error($"The tokens for {string.Join(", ", tokens.Keys)} stay here: the server is not asked over https.");
            tokens = new Dictionary<string, string>();
        }

        var order = new SyncOrder(
            [.. selections.Select(item => new SyncOrderItem(item.Provider.ToString(), item.Versions?.ToString()))],
            [.. (arguments.GetValue(_platforms) ?? []).Select(platform => platform.Value)],
            arguments.GetValue(_force),
            tokens);
        return await new SyncRun(client, arguments.GetRequiredValue(_group), output).RunAsync(order, cancellationToken);
    }

    private IReadOnlyList<SyncSelection>? FindSelections(ParseResult arguments, CommandOutput output)
    {
        if (arguments.GetValue(_lockFile) is not { } file)
        {
            var versions = arguments.GetValue(_version) ?? arguments.GetValue(_versions);
            return [.. arguments.GetRequiredValue(_providers).Select(provider => new SyncSelection(provider, versions))];
        }

        try
        {
            var locked = DependencyLockFile.Parse(File.ReadAllText(file.FullName));
            if (locked.Count > 0)
            {
                return locked;
            }

            output.Error($"{file} locks no providers.");
        }
        catch (FormatException e)
        {
            output.Error($"{file}: {e.Message}");
        }

        return null;
    }
}
