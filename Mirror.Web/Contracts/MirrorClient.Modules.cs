using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;

namespace Mirror.Web.Contracts;

// Stored and published modules.
public sealed partial class MirrorClient
{
    public Task<ModuleDetails> GetModuleAsync(
        NamespacePath group, ModuleAddress module, ProviderVersion version, CancellationToken cancellationToken) =>
        GetAsync(
            $"{GroupUrl(group)}/modules/{Uri.EscapeDataString(module.Hostname.Value)}/{module.Namespace}/{module.Name}/{module.System}/versions/{Uri.EscapeDataString(version.Value)}",
            ApiJson.Default.ModuleDetails,
            cancellationToken);

    /// <param name="path">Of the module, see <c>RegistryAddress</c>.</param>
    /// <param name="archive">A tar.gz or zip archive.</param>
    public async Task<ModuleDetails> PublishModuleAsync(
        NamespacePath group, string path, ProviderVersion version, HttpContent archive, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, Relative($"{RegistryUrl(group)}/{path}/versions/{Uri.EscapeDataString(version.Value)}"));
        request.Content = archive;
        request.Headers.ExpectContinue = true; // A rejected archive is not uploaded.
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.ModuleDetails, cancellationToken);
    }
}
