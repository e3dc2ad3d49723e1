namespace Mirror.Core.Access;

/// <summary>An action in a namespace that requires permission.</summary>
public enum AccessAction
{
    /// <summary>Read documents, packages, and the pages that show them.</summary>
    Read,

    /// <summary>Import, delete, sync.</summary>
    ChangeMirror,

    /// <summary>List, set and delete variables.</summary>
    ManageVariables,

    /// <summary>Manage members, service accounts and their tokens.</summary>
    ManageMembers,

    /// <summary>Automatic caching, policy, names; create and delete groups and workspaces below; read audit events.</summary>
    ManageSettings,

    /// <summary>Manage instance-wide objects: users, root groups.</summary>
    Administer,

    /// <summary>Manage objects of the caller, such as a user's own tokens.</summary>
    UseOwnAccount,
}
