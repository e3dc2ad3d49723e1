using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.Registry;

/// <summary>The resources of the provider registry protocol, with their paths below <c>{namespace}/{type}/</c>.</summary>
public enum RegistryPart
{
    /// <summary><c>versions</c></summary>
    Versions,

    /// <summary><c>{version}</c>: not part of the protocol; registries and Repoxy serve it.</summary>
    Version,

    /// <summary><c>{version}/download/{os}/{arch}</c></summary>
    Download,

    /// <summary><c>{version}/…_SHA256SUMS</c></summary>
    Sums,

    /// <summary><c>{version}/…_SHA256SUMS.sig</c></summary>
    Signature,

    /// <summary><c>{version}/terraform-provider-….zip</c></summary>
    Package,
}

/// <summary>A request of the provider registry protocol. Only the canonical form of a URL is valid.</summary>
/// <param name="Version">Null for the list of versions.</param>
/// <param name="Platform">The platform of a download document or package; otherwise null.</param>
public sealed record RegistryRequest(
    ProviderAddress Provider, RegistryPart Part, ProviderVersion? Version = null, Platform? Platform = null)
{
    private const string SignatureSuffix = ".sig";

    /// <summary>The name of a file that documents link to; null for a document.</summary>
    public string? FileName => Part switch
    {
        RegistryPart.Sums => SumsFileName(Provider, Version!),
        RegistryPart.Signature => SignatureFileName(Provider, Version!),
        RegistryPart.Package => new PackageFileName(Provider.Type, Version!, Platform!.Value).ToString(),
        _ => null,
    };

    /// <summary>The same request about another provider.</summary>
    public RegistryRequest Of(ProviderAddress provider) => ReferenceEquals(provider, Provider) ? this : this with { Provider = provider };

    /// <summary>Parses the segments after the protocol's base URL.</summary>
    public static bool TryParse(string? hostname, ReadOnlySpan<string> parts, [NotNullWhen(true)] out RegistryRequest? request)
    {
        request = null;
        if (parts.Length < 3 || !ProviderAddress.TryParseCanonical(hostname, parts[0], parts[1], out var provider))
        {
            return false;
        }

        request = parts[2..] switch
        {
            ["versions"] => new RegistryRequest(provider, RegistryPart.Versions),
            [var version] when ProviderVersion.TryParseCanonical(version, out var parsed) =>
                new RegistryRequest(provider, RegistryPart.Version, parsed),
            [var version, "download", var os, var arch]
                when ProviderVersion.TryParseCanonical(version, out var parsed)
                    && Mirror.Core.Addresses.Platform.TryCreate(os, arch, out var platform) =>
                new RegistryRequest(provider, RegistryPart.Download, parsed, platform),
            [var version, var file] when ProviderVersion.TryParseCanonical(version, out var parsed) => OfFile(provider, parsed, file),
            _ => null,
        };
        return request is not null;
    }

    /// <summary>The conventional name of SHA256SUMS; its signature appends <c>.sig</c>.</summary>
    public static string SumsFileName(ProviderAddress provider, ProviderVersion version) =>
        $"terraform-provider-{provider.Type}_{version}_SHA256SUMS";

    public static string SignatureFileName(ProviderAddress provider, ProviderVersion version) =>
        SumsFileName(provider, version) + SignatureSuffix;

    private static RegistryRequest? OfFile(ProviderAddress provider, ProviderVersion version, string file)
    {
        string sums = SumsFileName(provider, version);
        if (file.StartsWith(sums, StringComparison.Ordinal))
        {
            return file.Length == sums.Length ? new RegistryRequest(provider, RegistryPart.Sums, version)
                : file.AsSpan(sums.Length).SequenceEqual(SignatureSuffix) ? new RegistryRequest(provider, RegistryPart.Signature, version)
                : null;
        }

        return PackageFileName.TryParse(file, out var package)
            && package.Type == provider.Type
            && package.Version == version
            && package.ToString() == file
            ? new RegistryRequest(provider, RegistryPart.Package, version, package.Platform)
            : null;
    }
}
