namespace Mirror.Core.Database;

/// <summary>The permissions of a member in a namespace and below; each role includes the previous ones.</summary>
public enum Role
{
    /// <summary>Read the mirror.</summary>
    Viewer = 1,

    /// <summary>Create and delete mirrors, sync, manage variables.</summary>
    Deployer = 2,

    /// <summary>Full access: members, settings, groups and workspaces below, deletion.</summary>
    Owner = 3,
}
