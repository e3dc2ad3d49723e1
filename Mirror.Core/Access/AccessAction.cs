namespace Mirror.Core.Access;

/// <summary>What somebody wants to do in a namespace.</summary>
public enum AccessAction
{
    /// <summary>Documents, packages, and pages that show them.</summary>
    Read,

    /// <summary>Import, delete, sync.</summary>
    ChangeMirror,

    /// <summary>List, set and delete variables.</summary>
    ManageVariables,

    /// <summary>Members, service accounts and their tokens.</summary>
    ManageMembers,

    /// <summary>Automatic caching, policy, names; create and delete what is below; what was done and refused there.</summary>
    ManageSettings,

    /// <summary>What belongs to the instance and no namespace: users, root groups.</summary>
    Administer,

    /// <summary>What belongs to whoever asks and no namespace: a user's own tokens.</summary>
    UseOwnAccount,
}
