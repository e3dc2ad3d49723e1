using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Setup;

/// <summary>The protocol with which a client uses the mirror.</summary>
public enum SetupWay
{
    /// <summary>The provider registry protocol, which lets the client verify publishers itself.</summary>
    Signed,

    /// <summary>The network mirror protocol.</summary>
    Network,
}

/// <summary>A program that installs providers, and the location of its configuration.</summary>
/// <param name="Key">Its name in the URL.</param>
/// <param name="Command">Its command.</param>
/// <param name="Registry">The registry of addresses without a hostname.</param>
/// <param name="ConfigurationFile">A user's configuration file on Linux and macOS.</param>
/// <param name="WindowsFile">A user's configuration file on Windows.</param>
public sealed record ClientTool(
    string Key, string Name, string Command, ProviderHostname Registry, string ConfigurationFile, string WindowsFile)
{
    public static IReadOnlyList<ClientTool> All { get; } =
    [
        new("terraform", "Terraform", "terraform", ProviderHostname.Default, "~/.terraformrc", @"%APPDATA%\terraform.rc"),
        new("opentofu", "OpenTofu", "tofu", ProviderHostname.OpenTofu, "~/.tofurc", @"%APPDATA%\tofu.rc"),
        new("terragrunt", "Terragrunt", "terragrunt", ProviderHostname.Default, "~/.terraformrc", @"%APPDATA%\terraform.rc"),
    ];

    public static ClientTool Terragrunt => All[2];

    /// <summary>The tool with the key; Terraform if there is none.</summary>
    public static ClientTool Find(string? key) => All.FirstOrDefault(tool => tool.Key == key) ?? All[0];
}
