using Mirror.Core.Addresses;
using Mirror.Core.Upstream;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of origin responses.</summary>
internal static class OriginTargets
{
    private static readonly Uri Url = new("https://registry.example.com/v1/providers/example/hello/1.0.0/download/linux_amd64");
    private static readonly Platform Platform = Platform.Parse("linux_amd64");

    private static readonly string[] Json = ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "\\ud800", "\"a\":"];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new(
            "download-document",
            [Bytes(Download)],
            [.. Json, "\"os\":\"linux\"", "\"filename\":\"", "\"shasum\":\"", "\"signing_keys\":{\"gpg_public_keys\":[", "https://", "//host/", "javascript:"],
            ReadDownload),
        new("service-discovery", [Bytes("""{"providers.v1":"/v1/providers/","modules.v1":"https://modules.example.com/v1/"}""")], [.. Json, "\"providers.v1\":\"", "//", "https://", ".."], ReadDiscovery),
        new(
            "mirror-archives",
            [Bytes(Archives)],
            [.. Json, "\"archives\":{", "\"linux_amd64\":{", "\"url\":\"", "\"hashes\":[", "\"zh:", "\"h1:"],
            ReadArchives),
        OfText(
            "module-location",
            ["https://example.com/a.zip//sub?archive=zip&checksum=md5:1", "git::https://example.com/a.git?ref=v1", "./a.tar.gz", "/a.tgz"],
            ["//", "?", "&", "=", "archive=", "https://", "../", "%2f", ":", "@", "["],
            ReadModuleLocation),
        new("module-location-document", [Bytes("""{"location":"https://example.com/a.zip"}""")], [.. Json, "\"location\":\""], bytes => OriginModules.ReadLocation(bytes) is null ? "nothing" : "location"),
    ];

    private const string Download =
        """
        {"protocols":["5.0"],"os":"linux","arch":"amd64","filename":"terraform-provider-hello_1.0.0_linux_amd64.zip","download_url":"https://example.com/a.zip","shasums_url":"../SHA256SUMS","shasums_signature_url":"/SHA256SUMS.sig","shasum":"0000000000000000000000000000000000000000000000000000000000000000","signing_keys":{"gpg_public_keys":[{"key_id":"51852D87348FFC4C","ascii_armor":"-----BEGIN PGP PUBLIC KEY BLOCK-----\n","trust_signature":"","source":"HashiCorp","source_url":null}]}}
        """;

    private const string Archives = """{"archives":{"linux_amd64":{"url":"a.zip","hashes":["zh:0000000000000000000000000000000000000000000000000000000000000000","h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]}}}""";

    private static string ReadDownload(byte[] bytes)
    {
        var read = DownloadDocument.Parse(bytes, Url, Platform);
        if (!read.TryGet(out var document))
        {
            return Refused(read.Failure);
        }

        Hold(document.FileName.Length > 0
            && document.FileName.AsSpan().IndexOfAny("/\\\r\n\0") < 0, $"'{document.FileName}' is a file name");
        Hold(document.DownloadUrl.IsAbsoluteUri
            && document.SumsUrl.IsAbsoluteUri
            && document.SignatureUrl.IsAbsoluteUri, "URLs are absolute");
        return $"keys {new string('k', document.SigningKeys.Count)}";
    }

    private static string ReadDiscovery(byte[] bytes)
    {
        var read = ServiceDiscovery.Read(new OriginDocument(bytes, null, Url), Url);
        if (!read.TryGet(out var services))
        {
            return Refused(read.Failure);
        }

        foreach (var service in services.Values)
        {
            Hold(service.Url.IsAbsoluteUri, $"{service.Url} is absolute");
            Hold(!service.TakesToken
                || service.Url is { Scheme: "https", Host: "registry.example.com", Port: 443 },
                $"{service.Url} may have the token of {Url}");
        }

        return string.Join(' ', services.Keys);
    }

    private static string ReadArchives(byte[] bytes)
    {
        var read = ChainedMirror.ReadArchives(new OriginDocument(bytes, null, Url));
        return read.TryGet(out var archives) ? $"archives {new string('a', Math.Min(archives.Count, 5))}" : Refused(read.Failure);
    }

    private static string ReadModuleLocation(string text)
    {
        var read = ModuleLocation.Parse(text, Url);
        if (!read.TryGet(out var location))
        {
            return Refused(read.Failure);
        }

        Hold(location.Address.All(c => c is > ' ' and <= '~'), "the address is valid in a header");
        Hold(location.Archive is not { } archive || archive.Url.Scheme is "https" or "http", "an archive is fetched by HTTP");
        return location.Archive is null ? "forwarded" : $"archive {location.Archive.Format}";
    }

    private static string Refused(Failure failure)
    {
        Hold(failure.Kind == FailureKind.InvalidAnswer, $"{failure} is an answer that cannot be used");
        return failure.Message;
    }
}
