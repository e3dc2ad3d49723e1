namespace Mirror.Core.Access;

public enum CreateOutcome
{
    Created,

    /// <summary>A group or workspace has the path.</summary>
    AlreadyExists,
    ParentMissing,

    /// <summary>Workspaces are leaves.</summary>
    ParentIsWorkspace,

    /// <summary>A workspace is in a group.</summary>
    NeedsAGroup,
}

public enum RenameOutcome
{
    Renamed,

    /// <summary>A group or workspace has the new path.</summary>
    AlreadyExists,
    NotFound,

    /// <summary>The group <c>default</c> is always there, under this name.</summary>
    IsDefault,
}

public enum DeleteOutcome
{
    Deleted,

    /// <summary>There are groups or workspaces in it, or it is a root group that stores something.</summary>
    NotEmpty,
    NotFound,

    /// <summary>The group <c>default</c> is always there.</summary>
    IsDefault,
}

public enum SettingsOutcome
{
    Changed,
    NotFound,

    /// <summary>Whether anybody may read is told by the root group for all below it.</summary>
    NotARootGroup,

    /// <summary>Whether anybody may read <c>default</c> is told by the configuration.</summary>
    FollowsConfiguration,
}
