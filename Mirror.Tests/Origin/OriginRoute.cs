namespace Mirror.Tests.Origin;

/// <summary>The meaning of a path at the origin. Missing parts are empty.</summary>
internal sealed record OriginRoute(
    RequestKind Kind, string Namespace = "", string Type = "", string Version = "", string Os = "", string Arch = "", string File = "")
{
    public const string DiscoveryPath = "/.well-known/terraform.json";
    public const string ProvidersPath = "/v1/providers/";
    public const string ModulesPath = "/v1/modules/";
    public const string ArchivesPath = "/archives/";

    public static string FilePath(FakeVersion version, string fileName) =>
        $"/releases/{version.Provider.Namespace}/{version.Provider.Type}/{version.Version}/{fileName}";

    public static OriginRoute Parse(string path)
    {
        if (path == DiscoveryPath)
        {
            return new OriginRoute(RequestKind.Discovery);
        }

        string[] parts = path.Split('/');
        return parts switch
        {
            ["", "v1", "providers", var ns, var type, "versions"] =>
                new(RequestKind.Versions, Text(ns), Text(type)),
            ["", "v1", "providers", var ns, var type, var version, "download", var os, var arch] =>
                new(RequestKind.Download, Text(ns), Text(type), Text(version), os, arch),
            ["", "v1", "modules", var ns, var name, var system, "versions"] =>
                new(RequestKind.ModuleVersions, ns, $"{name}/{system}"),
            ["", "v1", "modules", var ns, var name, var system, var version, "download"] =>
                new(RequestKind.ModuleDownload, ns, $"{name}/{system}", Text(version)),
            ["", "archives", var ns, var name, var system, var version, var file] =>
                new(RequestKind.ModuleArchive, ns, $"{name}/{system}", version, File: file),
            ["", "releases", var ns, var type, var version, var file] =>
                new(KindOf(file), Text(ns), Text(type), Text(version), File: Text(file)),
            _ => new(RequestKind.Other),
        };
    }

    private static RequestKind KindOf(string file) =>
        file.EndsWith("_SHA256SUMS", StringComparison.Ordinal) ? RequestKind.Sums
        : file.EndsWith("_SHA256SUMS.sig", StringComparison.Ordinal) ? RequestKind.Signature
        : RequestKind.Package;

    private static string Text(string part) => Uri.UnescapeDataString(part);
}
