using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Setup;

/// <summary>How a client is led to the mirror.</summary>
public enum SetupWay
{
    /// <summary>The provider registry protocol, which lets the client verify publishers itself.</summary>
    Signed,

    /// <summary>The network mirror protocol.</summary>
    Network,
}

/// <summary>A program that installs providers, and where it is configured.</summary>
/// <param name="Key">In the URL.</param>
/// <param name="Command">What people run.</param>
/// <param name="Registry">Where addresses without a hostname are.</param>
/// <param name="ConfigurationFile">Of a user, on Linux and macOS.</param>
/// <param name="WindowsFile">On Windows.</param>
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

    /// <summary>The one with the key; Terraform where there is none.</summary>
    public static ClientTool Find(string? key) => All.FirstOrDefault(tool => tool.Key == key) ?? All[0];
}
