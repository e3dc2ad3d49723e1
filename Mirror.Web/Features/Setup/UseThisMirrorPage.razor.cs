using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;

namespace Mirror.Web.Features.Setup;

/// <summary>What to paste where, so that clients use the mirror of a group or workspace. Client and way stand in the URL.</summary>
public sealed partial class UseThisMirrorPage(
    ServerAddresses addresses, MirrorOptions options, CurrentUser user, NavigationManager navigation)
{
    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "client")]
    private string? ClientKey { get; set; }

    [SupplyParameterFromQuery(Name = "way")]
    private string? WayKey { get; set; }

    /// <summary>And that the visitor may read it. Handed from the prerendered page to the circuit; null while it is looked up.</summary>
    [PersistentState]
    public bool? GroupExists { get; set; }

    /// <summary>Not everybody may read it.</summary>
    [PersistentState]
    public bool NeedsToken { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private ClientConfiguration Client { get; set; } = new(null, NamespacePath.Default);

    private ClientTool Tool => ClientTool.Find(ClientKey);

    private SetupWay Way => !IsOn(SetupWay.Network) || (WayKey != "network" && IsOn(SetupWay.Signed)) ? SetupWay.Signed : SetupWay.Network;

    private string? AuthorityPath => addresses.AuthorityPath;

    /// <summary>Whose token the client sends.</summary>
    private string TokenHost => Way == SetupWay.Signed ? Hosts[0].Value : Client.ServerUrl!.Authority;

    private IReadOnlyList<ProviderHostname> Hosts => options.Upstream.IsAllowed(Tool.Registry) || options.Upstream.AllowedHosts.Count == 0
        ? [Tool.Registry]
        : options.Upstream.AllowedHosts;

    private string Configuration => Way == SetupWay.Signed
        ? string.Join("\n", Hosts.Select(Client.HostBlock))
            + (NeedsToken ? string.Concat(Hosts.Select(host => ClientConfiguration.Credentials(host.Value))) : "")
        : Client.NetworkMirror + (NeedsToken ? ClientConfiguration.Credentials(TokenHost) : "");

    /// <summary>What a shell runs with it: Terragrunt's own command runs Terraform.</summary>
    private string InitCommand => Tool == ClientTool.Terragrunt ? "terragrunt run --all init" : $"{Tool.Command} init";

    private string LockCommand => Tool == ClientTool.Terragrunt ? "terraform" : Tool.Command;

    private const string TerragruntSettings =
        """
        terraform {
          extra_arguments "mirror" {
            commands = ["init", "providers"]
            env_vars = {
              TF_CLI_CONFIG_FILE = "${get_repo_root()}/mirror.tfrc"
            }
          }
        }

        """;

    protected override async Task OnInitializedAsync()
    {
        if (!Urls.TryParseGroup(Group, out var path))
        {
            GroupExists = false;
        }
        else if (GroupExists is null)
        {
            var found = await user.CheckAsync(AccessAction.Read, path, null, CancellationToken.None);
            (GroupExists, NeedsToken) = (found.IsAllowed, found.Scope is { AnonymousRead: false });
        }

        if (GroupExists == true)
        {
            Client = addresses.ConfigurationFor(path!, new Uri(navigation.BaseUri));
        }
        else
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private bool IsOn(SetupWay way) => way == SetupWay.Signed ? options.Protocols.SignedPassThrough : options.Protocols.NetworkMirror;

    private string UrlOf(ClientTool tool, SetupWay way)
    {
        string[] parts =
            [.. tool.Key == ClientTool.All[0].Key ? Array.Empty<string>() : [$"client={tool.Key}"], .. way == SetupWay.Signed ? Array.Empty<string>() : ["way=network"]];
        return Urls.UseThisMirror(Group) + (parts.Length == 0 ? "" : "?" + string.Join('&', parts));
    }
}
