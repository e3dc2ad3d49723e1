using Mirror.Core.Database;

namespace Mirror.Web.Features.Groups;

/// <summary>Roles in sentences.</summary>
internal static class RoleText
{
    /// <summary>The actions that the role permits.</summary>
    public static string Permits(Role role) => role switch
    {
        Role.Viewer => Texts.ViewerPermits,
        Role.Deployer => Texts.DeployerPermits,
        _ => Texts.OwnerPermits,
    };

    /// <summary>The role with its article.</summary>
    public static string WithArticle(Role role) => role switch
    {
        Role.Viewer => Texts.AViewer,
        Role.Deployer => Texts.ADeployer,
        _ => Texts.AnOwner,
    };
}
