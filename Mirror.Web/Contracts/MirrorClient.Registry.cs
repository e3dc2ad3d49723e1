using Mirror.Core.Addresses;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;

namespace Mirror.Web.Contracts;

// The registry of this instance: what root groups publish.
public sealed partial class MirrorClient
{
    public Task<RegistryNamespaceList> ListRegistryNamespacesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(RegistryUrl(group) + "/namespaces", ApiJson.Default.RegistryNamespaceList, cancellationToken);

    public Task<RegistryNamespace> CreateRegistryNamespaceAsync(NamespacePath group, string name, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            RegistryUrl(group) + "/namespaces",
            new NewRegistryNamespace(name),
            ApiJson.Default.NewRegistryNamespace,
            ApiJson.Default.RegistryNamespace,
            cancellationToken);

    public Task DeleteRegistryNamespaceAsync(NamespacePath group, string name, CancellationToken cancellationToken) =>
        DeleteAsync($"{RegistryUrl(group)}/namespaces/{name}", cancellationToken);

    public Task<PublishingKeyList> ListSigningKeysAsync(NamespacePath group, string name, CancellationToken cancellationToken) =>
        GetAsync(SigningKeysUrl(group, name), ApiJson.Default.PublishingKeyList, cancellationToken);

    public Task<PublishingKey> AddSigningKeyAsync(
        NamespacePath group, string name, NewPublishingKey key, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            SigningKeysUrl(group, name),
            key,
            ApiJson.Default.NewPublishingKey,
            ApiJson.Default.PublishingKey,
            cancellationToken);

    public Task<PublishingKey> GenerateSigningKeyAsync(
        NamespacePath group, string name, string owner, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            SigningKeysUrl(group, name) + "/generate",
            new NewGeneratedKey(owner),
            ApiJson.Default.NewGeneratedKey,
            ApiJson.Default.PublishingKey,
            cancellationToken);

    /// <param name="verb"><c>retire</c> or <c>revoke</c>.</param>
    public async Task ChangeSigningKeyAsync(
        NamespacePath group, string name, string fingerprint, string verb, string? reason, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative($"{SigningKeysUrl(group, name)}/{fingerprint}/{verb}"),
            new PublishingKeyChange(reason),
            ApiJson.Default.PublishingKeyChange,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    /// <param name="path">Of the provider, see <c>RegistryAddress</c>.</param>
    /// <param name="files">The files of the version as multipart/form-data, once the server has accepted the request.</param>
    public async Task<PublishedProvider> PublishProviderAsync(
        NamespacePath group, string path, ProviderVersion version, HttpContent files, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, Relative($"{RegistryUrl(group)}/{path}/versions/{Uri.EscapeDataString(version.Value)}"));
        request.Content = files;
        request.Headers.ExpectContinue = true;
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.PublishedProvider, cancellationToken);
    }

    /// <param name="path">Of the published provider or module, see <c>RegistryAddress</c>.</param>
    /// <param name="version">Null for all versions.</param>
    public Task<Deprecation> DeprecateAsync(
        NamespacePath group,
        string path,
        ProviderVersion? version,
        NewDeprecation deprecation,
        CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put,
            DeprecationUrl(group, path, version),
            deprecation,
            ApiJson.Default.NewDeprecation,
            ApiJson.Default.Deprecation,
            cancellationToken);

    /// <inheritdoc cref="DeprecateAsync"/>
    public Task UndeprecateAsync(
        NamespacePath group, string path, ProviderVersion? version, CancellationToken cancellationToken) =>
        DeleteAsync(DeprecationUrl(group, path, version), cancellationToken);

    /// <param name="hostname">The server's own.</param>
    /// <param name="source">The provider or module; its hostname does not matter.</param>
    public Task UnpublishAsync(
        NamespacePath group, string hostname, ISourceAddress source, ProviderVersion version, CancellationToken cancellationToken)
    {
        var parts = source is ModuleAddress module ? (string[])["modules", hostname, module.Namespace, module.Name, module.System]
            : source is ProviderAddress provider ? ["providers", hostname, provider.Namespace, provider.Type]
            : throw new ArgumentException($"'{source}' is neither a provider nor a module.", nameof(source));
        string path = string.Join('/', parts.Append("versions").Append(version.Value).Select(Uri.EscapeDataString));
        return DeleteAsync($"{GroupUrl(group)}/{path}", cancellationToken);
    }

    private static string RegistryUrl(NamespacePath group) => GroupUrl(group) + "/registry";

    private static string SigningKeysUrl(NamespacePath group, string name) => $"{RegistryUrl(group)}/namespaces/{name}/keys";

    private static string DeprecationUrl(NamespacePath group, string path, ProviderVersion? version) =>
        $"{RegistryUrl(group)}/{path}{(version is null ? "" : $"/versions/{Uri.EscapeDataString(version.Value)}")}/deprecation";
}
