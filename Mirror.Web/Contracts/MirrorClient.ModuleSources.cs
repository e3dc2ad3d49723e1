using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;

namespace Mirror.Web.Contracts;

// The Git repositories whose tags are published.
public sealed partial class MirrorClient
{
    public Task<ModuleSourceList> ListModuleSourcesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(RegistryUrl(group) + "/sources", ApiJson.Default.ModuleSourceList, cancellationToken);

    /// <param name="module">The server replaces its hostname with its own.</param>
    public Task<CreatedModuleSource> AddModuleSourceAsync(
        NamespacePath group, ModuleAddress module, NewModuleSource source, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            SourceUrl(group, module),
            source,
            ApiJson.Default.NewModuleSource,
            ApiJson.Default.CreatedModuleSource,
            cancellationToken);

    /// <inheritdoc cref="AddModuleSourceAsync"/>
    public Task RemoveModuleSourceAsync(
        NamespacePath group, ModuleAddress module, CancellationToken cancellationToken) =>
        DeleteAsync(SourceUrl(group, module), cancellationToken);

    /// <param name="secret">Null to generate one.</param>
    /// <inheritdoc cref="AddModuleSourceAsync"/>
    public Task<CreatedModuleSource> SetWebhookSecretAsync(
        NamespacePath group, ModuleAddress module, string? secret, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            SourceUrl(group, module, "/secret"),
            new NewWebhookSecret(secret),
            ApiJson.Default.NewWebhookSecret,
            ApiJson.Default.CreatedModuleSource,
            cancellationToken);

    /// <inheritdoc cref="AddModuleSourceAsync"/>
    public Task<PublishedTag> PublishModuleTagAsync(
        NamespacePath group, ModuleAddress module, string tag, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            SourceUrl(group, module, "/tags"),
            new NewModuleTag(tag),
            ApiJson.Default.NewModuleTag,
            ApiJson.Default.PublishedTag,
            cancellationToken);

    private static string SourceUrl(NamespacePath group, ModuleAddress module, string part = "") =>
        $"{RegistryUrl(group)}/sources/{module.Namespace}/{module.Name}/{module.System}{part}";
}
