namespace Mirror.Core.Database;

/// <summary>What a member may do in a namespace and everything below it; each role includes the ones before it.</summary>
public enum Role
{
    /// <summary>Read the mirror.</summary>
    Viewer = 1,

    /// <summary>Create and delete mirrors, sync, variables.</summary>
    Deployer = 2,

    /// <summary>Everything: members, settings, groups and workspaces below, deleting.</summary>
    Owner = 3,
}
