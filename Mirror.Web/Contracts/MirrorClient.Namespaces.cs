using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Contracts;

// Groups, workspaces, members and tokens.
public sealed partial class MirrorClient
{
    /// <summary>Lists the groups and workspaces that the caller may read, ordered by path.</summary>
    public Task<NamespaceList> ListNamespacesAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/groups", ApiJson.Default.NamespaceList, cancellationToken);

    public Task<Namespace> GetNamespaceAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path), ApiJson.Default.Namespace, cancellationToken);

    public Task<Namespace> CreateNamespaceAsync(NamespacePath path, NamespaceKind kind, CancellationToken cancellationToken)
    {
        string url = path.Parent is { } parent
            ? $"{GroupUrl(parent)}/{(kind == NamespaceKind.Group ? "groups" : "workspaces")}"
            : "api/v1/groups";
        return SendAsync(
            HttpMethod.Post,
            url,
            new NamespaceName(path.Name),
            ApiJson.Default.NamespaceName,
            ApiJson.Default.Namespace,
            cancellationToken);
    }

    public Task<Namespace> RenameNamespaceAsync(NamespacePath path, string name, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            GroupUrl(path) + "/name",
            new NamespaceName(name),
            ApiJson.Default.NamespaceName,
            ApiJson.Default.Namespace,
            cancellationToken);

    public Task<Namespace> ChangeSettingsAsync(NamespacePath path, SettingsUpdate settings, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Patch,
            GroupUrl(path) + "/settings",
            settings,
            ApiJson.Default.SettingsUpdate,
            ApiJson.Default.Namespace,
            cancellationToken);

    /// <param name="force">Also deletes what it contains.</param>
    public Task DeleteNamespaceAsync(NamespacePath path, bool force, CancellationToken cancellationToken) =>
        DeleteAsync(force ? GroupUrl(path) + "?force=true" : GroupUrl(path), cancellationToken);

    public Task<MemberList> ListMembersAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/members", ApiJson.Default.MemberList, cancellationToken);

    public Task<Member> SetMemberAsync(NamespacePath path, PrincipalName member, Role role, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            MemberUrl(path, member),
            new MemberRole(role),
            ApiJson.Default.MemberRole,
            ApiJson.Default.Member,
            cancellationToken);

    public Task RemoveMemberAsync(NamespacePath path, PrincipalName member, CancellationToken cancellationToken) =>
        DeleteAsync(MemberUrl(path, member), cancellationToken);

    public Task<GroupMapping> SetGroupMappingAsync(
        NamespacePath path, string oidcGroup, Role role, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Put, GroupUrl(path) + "/group-mappings", new NewGroupMapping(oidcGroup, role),
        ApiJson.Default.NewGroupMapping, ApiJson.Default.GroupMapping, cancellationToken);

    public Task RemoveGroupMappingAsync(NamespacePath path, string oidcGroup, CancellationToken cancellationToken) =>
        DeleteAsync($"{GroupUrl(path)}/group-mappings?oidcGroup={Uri.EscapeDataString(oidcGroup)}", cancellationToken);

    public Task<ServiceAccountList> ListServiceAccountsAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/service-accounts", ApiJson.Default.ServiceAccountList, cancellationToken);

    public Task<ServiceAccount> CreateServiceAccountAsync(
        NamespacePath path, string name, Role? role, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, GroupUrl(path) + "/service-accounts", new NewServiceAccount(name, role),
        ApiJson.Default.NewServiceAccount, ApiJson.Default.ServiceAccount, cancellationToken);

    public Task DeleteServiceAccountAsync(NamespacePath path, string name, CancellationToken cancellationToken) =>
        DeleteAsync($"{GroupUrl(path)}/service-accounts/{Uri.EscapeDataString(name)}", cancellationToken);

    public Task<AccessTokenList> ListTokensAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/tokens", ApiJson.Default.AccessTokenList, cancellationToken);

    public Task<CreatedToken> CreateTokenAsync(NamespacePath path, NewServiceAccountToken token, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            GroupUrl(path) + "/tokens",
            token,
            ApiJson.Default.NewServiceAccountToken,
            ApiJson.Default.CreatedToken,
            cancellationToken);

    public Task RevokeTokenAsync(NamespacePath path, long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"{GroupUrl(path)}/tokens/{id}"), cancellationToken);

    /// <summary>Lists the caller's own tokens.</summary>
    public Task<AccessTokenList> ListAccountTokensAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/user/tokens", ApiJson.Default.AccessTokenList, cancellationToken);

    public Task<CreatedToken> CreateAccountTokenAsync(NewAccountToken token, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, "api/v1/user/tokens", token, ApiJson.Default.NewAccountToken, ApiJson.Default.CreatedToken, cancellationToken);

    public Task RevokeAccountTokenAsync(long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"api/v1/user/tokens/{id}"), cancellationToken);

    private static string MemberUrl(NamespacePath path, PrincipalName member) =>
        $"{GroupUrl(path)}/members/{Uri.EscapeDataString(member.ToString())}";
}
