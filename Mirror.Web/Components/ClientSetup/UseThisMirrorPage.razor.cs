using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Web.Components.Layout;
using Mirror.Web.Components.SignIn;

namespace Mirror.Web.Components.ClientSetup;

/// <summary>What to paste where, so that clients use a group's mirror.</summary>
public sealed partial class UseThisMirrorPage(ServerAddresses addresses, MirrorOptions options, Visitor visitor, NavigationManager navigation)
{
    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>And that the visitor may read it. Handed from the prerendered page to the circuit; null while it is looked up.</summary>
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
        GroupExists ??= await visitor.MayAsync(AccessAction.Read, Group);
        if (GroupExists == true && Urls.TryParseGroup(Group, out var path))
        {
            Client = addresses.ConfigurationFor(path, new Uri(navigation.BaseUri));
        }
        else
        {
            PageStatus.NotFound(HttpContext);
        }
    }
}
