using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Xunit;
using static Mirror.Core.Access.AccessAction;

namespace Mirror.Tests.Access;

/// <summary>The role table: who × what × where.</summary>
public sealed class AccessPolicyTests
{
    // root (1) > group (2) > workspace (3); sibling group (4) in the same root; other root (9).
    private static readonly ResolvedNamespace Root = Scope(1, "root", 1);
    private static readonly ResolvedNamespace Group = Scope(2, "root/group", 2, 1);
    private static readonly ResolvedNamespace Workspace = Scope(3, "root/group/workspace", 3, 2, 1);
    private static readonly ResolvedNamespace Sibling = Scope(4, "root/sibling", 4, 1);
    private static readonly ResolvedNamespace Other = Scope(9, "other", 9);

    private static readonly AccessAction[] InNamespaces = [Read, ChangeMirror, ManageVariables, ManageMembers, ManageSettings];

    /// <summary>A role given at <c>root/group</c>; each text has one letter per action: Allow, Deny, Hide.</summary>
    [Theory]
    [InlineData(Role.Viewer, "root/group", "ADDDD")]
    [InlineData(Role.Deployer, "root/group", "AAADD")]
    [InlineData(Role.Owner, "root/group", "AAAAA")]
    [InlineData(Role.Viewer, "root/group/workspace", "ADDDD")]
    [InlineData(Role.Deployer, "root/group/workspace", "AAADD")]
    [InlineData(Role.Owner, "root/group/workspace", "AAAAA")]
    [InlineData(Role.Viewer, "root", "HHHHH")]
    [InlineData(Role.Owner, "root", "HHHHH")]
    [InlineData(Role.Owner, "root/sibling", "HHHHH")]
    [InlineData(Role.Owner, "other", "HHHHH")]
    public void Member_OfAGroup_HasThePermissionsOfTheRoleThereAndBelow(Role role, string where, string expected)
    {
        foreach (var kind in new[] { PrincipalKind.User, PrincipalKind.ServiceAccount, PrincipalKind.Job })
        {
            Assert.Equal(expected, Row(Member(kind, (2, role)), Find(where)));
        }
    }

    [Fact]
    public void Member_WithSeveralRoles_HasTheHighestOfAllAncestors()
    {
        var subject = Member(PrincipalKind.User, (1, Role.Deployer), (2, Role.Viewer));

        Assert.Equal("AAADD", Row(subject, Workspace));
        Assert.Equal("AAAAA", Row(Member(PrincipalKind.User, (1, Role.Viewer), (3, Role.Owner)), Workspace));
        Assert.Equal("ADDDD", Row(Member(PrincipalKind.User, (1, Role.Viewer), (3, Role.Owner)), Group));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("root/group/workspace")]
    public void Anonymous_WithAndWithoutAnonymousRead_MayReadOrMustSignIn(string where)
    {
        var open = Find(where) with { AnonymousRead = true };

        Assert.Equal("SSSSS", Row(AccessSubject.Anonymous, Find(where)));
        Assert.Equal("ASSSS", Row(AccessSubject.Anonymous, open));
        Assert.Equal(AccessDecision.SignIn, AccessPolicy.Decide(AccessSubject.Anonymous, Read, open, isProtected: true));
        Assert.Equal("SSSSS", Row(AccessSubject.Anonymous, null));
    }

    [Fact]
    public void SignedInUser_WithoutARole_HasOnlyAnonymousAccess()
    {
        var withoutRole = Member(PrincipalKind.User);
        var open = Root with { AnonymousRead = true };

        Assert.Equal("HHHHH", Row(withoutRole, Root));
        Assert.Equal("ADDDD", Row(withoutRole, open));
        Assert.Equal(AccessDecision.Deny, AccessPolicy.Decide(withoutRole, Read, open, isProtected: true));
        Assert.Equal("HHHHH", Row(withoutRole, null));
        Assert.Equal(
            AccessDecision.Allow,
            AccessPolicy.Decide(Member(PrincipalKind.User, (1, Role.Viewer)), Read, open, isProtected: true));
    }

    [Fact]
    public void Admin_InEveryNamespace_HasAllPermissions()
    {
        Assert.All(new[] { Root, Group, Workspace, Sibling, Other }, scope => Assert.Equal("AAAAA", Row(AccessSubject.Admin, scope)));
        Assert.Equal("HHHHH", Row(AccessSubject.Admin, null));
        Assert.Equal(AccessDecision.Allow, AccessPolicy.Decide(AccessSubject.Admin, Administer, null));
    }

    [Fact]
    public void Administer_ByNonAdmin_IsDenied()
    {
        Assert.Equal(AccessDecision.SignIn, AccessPolicy.Decide(AccessSubject.Anonymous, Administer, null));
        Assert.Equal(AccessDecision.Deny, AccessPolicy.Decide(Member(PrincipalKind.User, (1, Role.Owner)), Administer, Root));
        Assert.Equal(AccessDecision.Hide, AccessPolicy.Decide(Member(PrincipalKind.User, (77, Role.Owner)), Administer, Root));
    }

    [Fact]
    public void OwnAccount_OfNonUser_IsDenied()
    {
        Assert.Equal(AccessDecision.SignIn, AccessPolicy.Decide(AccessSubject.Anonymous, UseOwnAccount, null));
        Assert.Equal(AccessDecision.Allow, AccessPolicy.Decide(Member(PrincipalKind.User), UseOwnAccount, null));
        Assert.Equal(AccessDecision.Allow, AccessPolicy.Decide(Member(PrincipalKind.User) with { IsAdmin = true }, UseOwnAccount, null));
        Assert.Equal(AccessDecision.Deny, AccessPolicy.Decide(Member(PrincipalKind.ServiceAccount), UseOwnAccount, null));
        Assert.Equal(AccessDecision.Deny, AccessPolicy.Decide(Member(PrincipalKind.Job), UseOwnAccount, Root));
        Assert.Equal(AccessDecision.Deny, AccessPolicy.Decide(AccessSubject.Admin, UseOwnAccount, null));
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData(Role.Viewer, "Viewer", "Viewer")]
    [InlineData(Role.Deployer, "Viewer Deployer", "Viewer Deployer")]
    [InlineData(Role.Owner, "Viewer Deployer Owner", "Viewer Deployer Owner")]
    public void MayGive_MoreThanTheOwnRole_IsFalse(Role? role, string there, string below)
    {
        var subject = role is { } given ? Member(PrincipalKind.User, (2, given)) : Member(PrincipalKind.User);
        string Roles(AccessSubject by, ResolvedNamespace scope) =>
            string.Join(' ', Enum.GetValues<Role>().Where(each => AccessPolicy.MayGrant(by, each, scope)));

        Assert.Equal((there, below, ""), (Roles(subject, Group), Roles(subject, Workspace), Roles(subject, Root)));
        Assert.Equal("Viewer Deployer Owner", Roles(AccessSubject.Admin, Other));
    }

    [Fact]
    public void Required_ForActionWithoutARole_Throws() =>
        Assert.All(
            new[] { Administer, UseOwnAccount },
            action => Assert.Throws<ArgumentOutOfRangeException>(() => AccessPolicy.Required(action)));

    [Fact]
    public void JobId_OfAnyOtherSubject_IsNull()
    {
        Assert.Equal(7, Member(PrincipalKind.Job).JobId);
        Assert.Null(Member(PrincipalKind.User).JobId);
        Assert.True(AccessSubject.Anonymous.IsAnonymous);
        Assert.False(AccessSubject.Admin.IsAnonymous);
    }

    private static string Row(AccessSubject subject, ResolvedNamespace? scope) =>
        string.Concat(InNamespaces.Select(action => AccessPolicy.Decide(subject, action, scope).ToString()[0]));

    private static AccessSubject Member(PrincipalKind kind, params (long NamespaceId, Role Role)[] roles) =>
        new(new Principal(kind, "alice"), 7, false, roles.ToDictionary(item => item.NamespaceId, item => item.Role));

    private static ResolvedNamespace Find(string path) =>
        new[] { Root, Group, Workspace, Sibling, Other }.Single(scope => scope.Path.Value == path);

    private static ResolvedNamespace Scope(long id, string path, params long[] ancestry) =>
        new(id, NamespacePath.Parse(path), ancestry[^1], true, false) { Ancestry = ancestry };
}
