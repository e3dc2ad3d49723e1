using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Web.Http;

/// <summary>Parses the parts of an API URL; a malformed part ends the request with a problem document.</summary>
internal static class ApiTargets
{
    public static SearchText ParseSearch(string? text) =>
        SearchText.TryParse(text, out var search, out string? fault) ? search : throw ApiProblemException.Invalid(fault);

    public static ProviderAddress ParseProvider(string hostname, string @namespace, string type)
    {
        string text = $"{hostname}/{@namespace}/{type}";
        return ProviderAddress.TryParse(text, out var provider)
            ? provider
            : throw ApiProblemException.Invalid(
                $"'{text}' is not a provider source address; expected 'hostname/namespace/type', such as 'registry.terraform.io/hashicorp/aws'.");
    }

    public static Platform ParsePlatform(string text) =>
        Platform.TryParse(text, out var platform)
            ? platform
            : throw ApiProblemException.Invalid($"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'.");

    public static ProviderVersion ParseVersion(string text) =>
        ProviderVersion.TryParse(text, out var version)
            ? version
            : throw ApiProblemException.Invalid(
                $"'{text}' is not a version; expected a semantic version without a leading 'v', such as '5.100.0'.");
}
