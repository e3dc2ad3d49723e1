namespace Mirror.Tests.Origin.Git;

/// <summary>Like <see cref="RequiresToolFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresGitTheoryAttribute : TheoryAttribute
{
    public RequiresGitTheoryAttribute() => Skip = new RequiresToolFactAttribute("git").Skip;
}
