using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.Groups;

namespace Mirror.Web.Contracts;

// Groups and workspaces, and who may do what in them.
public sealed partial class MirrorClient
{
    /// <summary>The groups and workspaces that the caller may read, by path.</summary>
    public Task<NamespaceListDocument> ListNamespacesAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/groups", ApiJson.Default.NamespaceListDocument, cancellationToken);

    public Task<NamespaceDocument> GetNamespaceAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path), ApiJson.Default.NamespaceDocument, cancellationToken);

    public Task<NamespaceDocument> CreateNamespaceAsync(NamespacePath path, NamespaceKind kind, CancellationToken cancellationToken)
    {
        string url = path.Parent is { } parent ? $"{GroupUrl(parent)}/{(kind == NamespaceKind.Group ? "groups" : "workspaces")}" : "api/v1/groups";
        return SendAsync(HttpMethod.Post, url, new NamespaceNameDocument(path.Name), ApiJson.Default.NamespaceNameDocument, ApiJson.Default.NamespaceDocument, cancellationToken);
    }

    public Task<NamespaceDocument> RenameNamespaceAsync(NamespacePath path, string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, GroupUrl(path) + "/name", new NamespaceNameDocument(name), ApiJson.Default.NamespaceNameDocument, ApiJson.Default.NamespaceDocument, cancellationToken);

    public Task<NamespaceDocument> ChangeSettingsAsync(NamespacePath path, SettingsDocument settings, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, GroupUrl(path) + "/settings", settings, ApiJson.Default.SettingsDocument, ApiJson.Default.NamespaceDocument, cancellationToken);

    /// <param name="force">Also where it is not empty.</param>
    public Task DeleteNamespaceAsync(NamespacePath path, bool force, CancellationToken cancellationToken) =>
        DeleteAsync(force ? GroupUrl(path) + "?force=true" : GroupUrl(path), cancellationToken);

    public Task<MemberListDocument> ListMembersAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/members", ApiJson.Default.MemberListDocument, cancellationToken);

    public Task<MemberDocument> SetMemberAsync(NamespacePath path, PrincipalName member, Role role, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, MemberUrl(path, member), new RoleDocument(role), ApiJson.Default.RoleDocument, ApiJson.Default.MemberDocument, cancellationToken);

    public Task RemoveMemberAsync(NamespacePath path, PrincipalName member, CancellationToken cancellationToken) =>
        DeleteAsync(MemberUrl(path, member), cancellationToken);

    public Task<GroupMappingDocument> SetGroupMappingAsync(NamespacePath path, string oidcGroup, Role role, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Put, GroupUrl(path) + "/group-mappings", new NewGroupMappingDocument(oidcGroup, role),
        ApiJson.Default.NewGroupMappingDocument, ApiJson.Default.GroupMappingDocument, cancellationToken);

    public Task RemoveGroupMappingAsync(NamespacePath path, string oidcGroup, CancellationToken cancellationToken) =>
        DeleteAsync($"{GroupUrl(path)}/group-mappings?oidcGroup={Uri.EscapeDataString(oidcGroup)}", cancellationToken);

    public Task<ServiceAccountList> ListServiceAccountsAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/service-accounts", ApiJson.Default.ServiceAccountList, cancellationToken);

    public Task<ServiceAccount> CreateServiceAccountAsync(NamespacePath path, string name, Role? role, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, GroupUrl(path) + "/service-accounts", new NewServiceAccount(name, role),
        ApiJson.Default.NewServiceAccount, ApiJson.Default.ServiceAccount, cancellationToken);

    public Task DeleteServiceAccountAsync(NamespacePath path, string name, CancellationToken cancellationToken) =>
        DeleteAsync($"{GroupUrl(path)}/service-accounts/{Uri.EscapeDataString(name)}", cancellationToken);

    public Task<AccessTokenList> ListTokensAsync(NamespacePath path, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(path) + "/tokens", ApiJson.Default.AccessTokenList, cancellationToken);

    public Task<CreatedToken> CreateTokenAsync(NamespacePath path, NewServiceAccountToken token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, GroupUrl(path) + "/tokens", token, ApiJson.Default.NewServiceAccountToken, ApiJson.Default.CreatedToken, cancellationToken);

    public Task RevokeTokenAsync(NamespacePath path, long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"{GroupUrl(path)}/tokens/{id}"), cancellationToken);

    /// <summary>The caller's own tokens.</summary>
    public Task<AccessTokenList> ListAccountTokensAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/user/tokens", ApiJson.Default.AccessTokenList, cancellationToken);

    public Task<CreatedToken> CreateAccountTokenAsync(NewAccountToken token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "api/v1/user/tokens", token, ApiJson.Default.NewAccountToken, ApiJson.Default.CreatedToken, cancellationToken);

    public Task RevokeAccountTokenAsync(long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"api/v1/user/tokens/{id}"), cancellationToken);

    private static string MemberUrl(NamespacePath path, PrincipalName member) => $"{GroupUrl(path)}/members/{Uri.EscapeDataString(member.ToString())}";
}
