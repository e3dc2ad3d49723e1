namespace Mirror.Core.Access;

public enum CreateOutcome
{
    Created,

    /// <summary>There is already a group or workspace with the path.</summary>
    AlreadyExists,
    ParentMissing,

    /// <summary>A workspace cannot have children.</summary>
    ParentIsWorkspace,

    /// <summary>A workspace must be in a group.</summary>
    NeedsAGroup,
}

public enum RenameOutcome
{
    Renamed,

    /// <summary>There is already a group or workspace with the new path.</summary>
    AlreadyExists,
    NotFound,

    /// <summary>The group <c>default</c> cannot be renamed.</summary>
    IsDefault,
}

public enum DeleteOutcome
{
    Deleted,

    /// <summary>It contains groups or workspaces, or is a root group with stored content.</summary>
    NotEmpty,
    NotFound,

    /// <summary>The group <c>default</c> cannot be deleted.</summary>
    IsDefault,
}

public enum SettingsOutcome
{
    Changed,
    NotFound,

    /// <summary>Anonymous read access can only be set on the root group, for everything below it.</summary>
    NotARootGroup,

    /// <summary>Anonymous read access to <c>default</c> is set in the configuration.</summary>
    FollowsConfiguration,
}
