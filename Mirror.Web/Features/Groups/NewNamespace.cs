using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

/// <summary>A group or workspace to create.</summary>
public sealed record NewNamespace(NamespacePath Path, NamespaceKind Kind)
{
    /// <param name="above">The path of the parent group; null for a root group.</param>
    public static bool TryParse(string? above, string name, NamespaceKind kind, [NotNullWhen(true)] out NewNamespace? wanted)
    {
        NamespacePath? path;
        bool isPath = above is null
            ? NamespacePath.TryParse(name.Trim(), out path) && path.IsRoot
            : NamespacePath.Parse(above).TryAppend(name.Trim(), out path);
        wanted = isPath ? new NewNamespace(path!, kind) : null;
        return isPath;
    }

    /// <summary>Why it was not created; null if it was.</summary>
    public static string? Problem(ChangeResult<CreateOutcome> result, NamespacePath path) => result switch
    {
        { IsPermitted: false } => Texts.CreateDenied,
        { Outcome: CreateOutcome.Created } => null,
        { Outcome: CreateOutcome.AlreadyExists } => Texts.AlreadyExists.With(path),
        _ => Texts.ParentDeleted.With(path),
    };
}
