using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror module-source</c></summary>
internal static class ModuleSourceCommands
{
    public static Command Create() => ServerCommand.Group(
        "module-source",
        "Publish modules from the tags of Git repositories, whose forge (GitHub, GitLab, Gitea, Forgejo) calls a webhook.",
        Add(),
        List(),
        Remove(),
        Secret(),
        Publish());

    private static ServerCommand Add()
    {
        var (module, group) = (Module(), CommandOptions.GroupPath("The root group."));
        var repository = new Argument<string>("repository")
        {
            Description = "The https URL of the Git repository. A private one needs the variable TF_TOKEN_<host>.",
        };
        var forge = new Option<ForgeKind?>("--forge")
        {
            Description = "The software of the Git server: gitHub, gitLab or gitea (also Forgejo). [default: known for public forges]",
            HelpName = "forge",
        }.AcceptOnly([.. Choices.Of<ForgeKind>()
            .Where(choice => choice.Value is ForgeKind.GitHub or ForgeKind.GitLab or ForgeKind.Gitea)
            .Select(choice => (choice.Word, (ForgeKind?)choice.Value))]);
        var prefix = new Option<string>("--tag-prefix")
        {
            Description = "The text before the version in a tag, such as vpc/v in a repository with several modules.",
            HelpName = "text",
            DefaultValueFactory = _ => NewModuleSource.DefaultTagPrefix,
        };
        var directory = new Option<string>("--subdirectory")
        {
            Description = "The module's directory in the repository. [default: the root]",
            HelpName = "path",
            DefaultValueFactory = _ => "",
        };
        return new ServerCommand(
            "add",
            "Publish the tags of a Git repository as versions of a module. Prints the URL and the secret for the settings of the webhook; "
            + "the secret is not shown again.",
            "mirror module-source add acme/vpc/aws https://github.com/acme/terraform-aws-vpc",
            "mirror module-source add acme/vpc/aws https://git.example.com/acme/modules --forge gitea --tag-prefix vpc/v "
            + "--subdirectory vpc")
        {
            module, repository, forge, prefix, directory, group,
        }.Runs(async (client, call) =>
        {
            var address = await ModuleAsync(client, call, module);
            var wanted = new NewModuleSource(call.Get(repository), call.Get(forge), call.Get(prefix), call.Get(directory));
            return Show(call, await client.AddModuleSourceAsync(call.Get(group), address, wanted, call.Stop));
        });
    }

    private static ServerCommand List()
    {
        var group = CommandOptions.GroupPath("The root group.");
        return new ServerCommand(
            "list",
            "List the Git repositories whose tags are published, with what became of the last tag.",
            "mirror module-source list --group-path platform") { group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListModuleSourcesAsync(call.Get(group), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No module sources.",
                    new("MODULE", item => $"{item.Module.Namespace}/{item.Module.Name}/{item.Module.System}", Folds: true),
                    new("REPOSITORY", item => item.Repository, Folds: true),
                    new("TAGS", item => $"{item.TagPrefix}*"),
                    new("LAST TAG", item => item.LastTag ?? "-", Folds: true),
                    new("STATE", State, Folds: true, Tone: item => item.LastProblem is null ? Tone.Plain : Tone.Bad),
                    new("DELIVERY (UTC)", item => item.LastDeliveryAt is { } at ? CommandText.Time(at) : "never", Spare: true));
            });
    }

    private static ServerCommand Remove()
    {
        var (module, group) = (Module(), CommandOptions.GroupPath("The root group."));
        return new ServerCommand(
            "remove",
            "Stop publishing the tags of a Git repository. Its webhook ends; published versions stay.",
            "mirror module-source remove acme/vpc/aws") { module, group }
            .Runs(async (client, call) =>
            {
                await client.RemoveModuleSourceAsync(call.Get(group), await ModuleAsync(client, call, module), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["module"] = $"{call.Get(module)}" },
                    $"Removed the module source of {call.Get(module)}.");
            });
    }

    private static ServerCommand Secret()
    {
        var (module, group) = (Module(), CommandOptions.GroupPath("The root group."));
        var given = new Option<bool>("--given")
        {
            Description = "Read the secret from standard input, such as a signing token that GitLab generated.",
        };
        return new ServerCommand(
            "secret",
            "Replace the secret of a webhook. The old one is no longer accepted.",
            "mirror module-source secret acme/vpc/aws",
            "mirror module-source secret acme/vpc/aws --given < token.txt") { module, given, group }
            .Runs(async (client, call) =>
            {
                string? secret = call.Get(given) ? (await SecretInput.ReadAsync("Secret (input is hidden):", call.Stop)).Trim() : null;
                var address = await ModuleAsync(client, call, module);
                return Show(call, await client.SetWebhookSecretAsync(call.Get(group), address, secret, call.Stop));
            });
    }

    private static ServerCommand Publish()
    {
        var (module, group) = (Module(), CommandOptions.GroupPath("The root group."));
        var tag = new Argument<string>("tag") { Description = "The tag, such as v1.2.3." };
        return new ServerCommand(
            "publish",
            "Publish a tag of a module's Git repository now, such as one that is older than the webhook.",
            "mirror module-source publish acme/vpc/aws v1.2.3") { module, tag, group }
            .Runs(async (client, call) =>
            {
                var address = await ModuleAsync(client, call, module);
                var published = await client.PublishModuleTagAsync(call.Get(group), address, call.Get(tag), call.Stop);
                return call.Print(published, $"Published {published.Module} {published.Version} from the commit {published.Commit}.");
            });
    }

    private static int Show(CommandCall call, CreatedModuleSource created) => call.Print(
        created,
        string.Join(
            Environment.NewLine,
            $"The tags {created.Source.TagPrefix}* of {created.Source.Repository} are published as versions of {created.Source.Module}.",
            $"Webhook URL: {created.Source.WebhookUrl}",
            $"Secret:      {created.Secret}",
            "The secret is not shown again."));

    private static string State(ModuleSource source) =>
        source.LastProblem ?? (source.PendingTags.Count > 0 ? $"pending: {string.Join(", ", source.PendingTags)}"
            : source.LastTag is null ? "-" : "published");

    private static Argument<RegistryAddress> Module() => new("address")
    {
        Description = "The module, such as acme/vpc/aws, with or without the server's hostname.",
        CustomParser = CommandOptions.ParseWith(text => RegistryAddress.Parse(text) is { IsModule: true } module
            ? module
            : throw new FormatException(
                $"'{text}' is the address of a provider; expected 'namespace/name/system', such as 'acme/vpc/aws'.")),
    };

    private static async Task<ModuleAddress> ModuleAsync(MirrorClient client, CommandCall call, Argument<RegistryAddress> argument)
    {
        var address = call.Get(argument);
        await address.CheckHostnameAsync(client, call.Stop);
        return (ModuleAddress)address.Source;
    }
}
