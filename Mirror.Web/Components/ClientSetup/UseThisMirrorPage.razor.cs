using Microsoft.AspNetCore.Components;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Web.Components.Layout;

namespace Mirror.Web.Components.ClientSetup;

/// <summary>What to paste where, so that clients use a group's mirror.</summary>
public sealed partial class UseThisMirrorPage(ServerAddresses addresses, MirrorOptions options, CatalogReader catalog, NavigationManager navigation)
{
    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>Handed from the prerendered page to the circuit; null while it is looked up.</summary>
    [PersistentState]
    public bool? GroupExists { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private ClientConfiguration Client { get; set; } = new((Uri?)null);

    private string? AuthorityPath => addresses.AuthorityPath;

    private bool NetworkMirrorIsOn => options.Protocols.NetworkMirror;

    private string Credentials => options.Auth.AnonymousRead || Client.MirrorUrl is null
        ? ""
        : $"\ncredentials \"{Client.MirrorUrl.Authority}\" {{\n  token = \"<your token>\"\n}}\n";

    protected override async Task OnInitializedAsync()
    {
        bool valid = Urls.TryParseGroup(Group, out var path);
        GroupExists ??= valid && await catalog.FindNamespaceAsync(path!, CancellationToken.None) is not null;
        if (GroupExists == true)
        {
            Client = addresses.ConfigurationFor(path!, new Uri(navigation.BaseUri));
        }
        else
        {
            PageStatus.NotFound(HttpContext);
        }
    }
}
