using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Hosted;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;

namespace Mirror.Web.Features.Setup;

/// <summary>
/// The configuration with which clients use the mirror of a group or workspace. The URL holds the client and the protocol.
/// </summary>
public sealed partial class UseThisMirrorPage(
    ServerAddresses addresses,
    MirrorOptions options,
    CurrentUser user,
    RegistryNamespaces registry,
    NavigationManager navigation)
{
    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "client")]
    private string? ClientKey { get; set; }

    [SupplyParameterFromQuery(Name = "way")]
    private string? WayKey { get; set; }

    /// <summary>Null while loading, and if the user may not read the group. Passed from the prerendered page to the circuit.</summary>
    [PersistentState]
    public bool? GroupExists { get; set; }

    /// <summary>Whether clients need a token.</summary>
    [PersistentState]
    public bool NeedsToken { get; set; }

    /// <summary>A registry namespace of the root group, as an example; null if it publishes nothing.</summary>
    [PersistentState]
    public string? RegistryNamespace { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private ClientConfiguration Client { get; set; } = new(null, NamespacePath.Default);

    private ClientTool Tool => ClientTool.Find(ClientKey);

    private int ToolIndex => ClientTool.All.TakeWhile(tool => tool != Tool).Count();

    private SetupWay Way => !IsOn(SetupWay.Network) || (WayKey != "network" && IsOn(SetupWay.Signed)) ? SetupWay.Signed : SetupWay.Network;

    private string? AuthorityPath => addresses.AuthorityPath;

    /// <summary>The host for which the client sends a token.</summary>
    private string TokenHost => Way == SetupWay.Signed ? Hosts[0].Value : Client.ServerUrl!.Authority;

    private IReadOnlyList<ProviderHostname> Hosts => options.Upstream.IsAllowed(Tool.Registry) || options.Upstream.AllowedHosts.Count == 0
        ? [Tool.Registry]
        : options.Upstream.AllowedHosts;

    /// <summary>Null if this instance is no registry.</summary>
    private ProviderHostname? OwnHostname => options.Protocols.Registry ? options.OwnHostname : null;

    private static bool HasPort(ProviderHostname hostname) => hostname.Value.Contains(':', StringComparison.Ordinal);

    private string Configuration => Way == SetupWay.Signed
        ? string.Join("\n", Hosts.Select(Client.HostBlock))
            + (NeedsToken ? string.Concat(Hosts.Select(host => ClientConfiguration.Credentials(host.Value))) : "")
        : Client.NetworkMirror + (NeedsToken ? ClientConfiguration.Credentials(TokenHost) : "");

    /// <summary>The command to run in a shell: Terragrunt runs Terraform.</summary>
    private string InitCommand => Tool == ClientTool.Terragrunt ? "terragrunt run --all init" : $"{Tool.Command} init";

    private string LockCommand => Tool == ClientTool.Terragrunt ? "terraform" : Tool.Command;

    /// <summary>How each system trusts a copy of the authority.</summary>
    private static IEnumerable<(string System, string Command)> TrustCommands =>
    [
        ("Debian, Ubuntu", "sudo cp ca.pem /usr/local/share/ca-certificates/mirror.crt\nsudo update-ca-certificates\n"),
        ("Fedora, Red Hat", "sudo cp ca.pem /etc/pki/ca-trust/source/anchors/mirror.pem\nsudo update-ca-trust\n"),
        ("macOS", "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.pem\n"),
        (Texts.WindowsAsAdministrator, "certutil -addstore Root ca.pem\n"),
    ];

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
        if (!NamespacePath.TryParse(Group, out var path))
        {
            GroupExists = false;
        }
        else if (GroupExists is null)
        {
            var found = await user.CheckAsync(AccessAction.Read, path, null, CancellationToken.None);
            (GroupExists, NeedsToken) = (found.IsAllowed, found.Scope is { AnonymousRead: false });
            RegistryNamespace = found is { IsAllowed: true, Scope: { } scope }
                && await registry.ListAsync(scope.RootGroupId, CancellationToken.None) is [var first, ..]
                    ? first.Name
                    : null;
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

    private void OpenTool(int index)
    {
        if (index != ToolIndex)
        {
            navigation.NavigateTo(UrlOf(ClientTool.All[index], Way));
        }
    }

    private void OpenWay(SetupWay way) => navigation.NavigateTo(UrlOf(Tool, way));

    private string UrlOf(ClientTool tool, SetupWay way)
    {
        string[] parts =
            [.. tool.Key == ClientTool.All[0].Key ? Array.Empty<string>() : [$"client={tool.Key}"], .. way == SetupWay.Signed ? Array.Empty<string>() : ["way=network"]];
        return Urls.UseThisMirror(Group) + (parts.Length == 0 ? "" : "?" + string.Join('&', parts));
    }
}
