using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Upstream;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of version lists, for each protocol.</summary>
internal static class VersionListTargets
{
    private const string Providers = """{"versions":[{"version":"1.0.0","protocols":["5.0"],"platforms":[{"os":"linux","arch":"amd64"}]},{"version":"2.0.0-rc.1+b"},{"version":"1.0"}],"warnings":["w",null]}""";
    private const string Modules = """{"modules":[{"source":"a/b/c","versions":[{"version":"v1.0.0"},{"version":"1.1.0","root":{"providers":[]}}]},{"versions":[]}]}""";
    private const string Mirror = """{"versions":{"1.0.0":{},"1.10.0":{"x":[]},"latest":{}}}""";

    private static readonly string[] Words =
        ["{", "}", "[", "]", ",", ":", "null", "true", "\"versions\":[", "\"versions\":{", "\"version\":\"", "\"modules\":[", "\"platforms\":[", "\"os\":\"", "\"1.2.3\"", "\\u0031", "\\ud800", "v"];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Target("version-list", VersionListForm.Providers, Providers),
        Target("module-version-list", VersionListForm.Modules, Modules),
        Target("mirror-version-list", VersionListForm.Mirror, Mirror),
    ];

    // The parser rents buffers from a pool, which can be empty.
    private static FuzzTarget Target(string name, VersionListForm form, string document) =>
        new(name, [Bytes(document)], Words, bytes => Read(form, bytes)) { Allocation = (4 << 20, 400) };

    private static string Read(VersionListForm form, byte[] bytes)
    {
        string whole = Describe(form, new MemoryStream(bytes));
        string pieces = Describe(form, new Pieces(bytes, 1 + bytes.Length % 61));
        Hold(whole == pieces || whole.StartsWith('!') && pieces.StartsWith('!'), $"it is the same list in pieces: {whole} {pieces}");
        if (Reference(form, bytes) is { } reference && !whole.StartsWith('!'))
        {
            Hold(whole == reference, $"it is the list that a simple reader sees: {whole} {reference}");
        }

        return whole;
    }

    /// <summary>The versions, or <c>!</c> and the error message.</summary>
    private static string Describe(VersionListForm form, Stream body)
    {
        try
        {
            var list = VersionListParser.ReadAsync(form, body, CancellationToken.None).GetAwaiter().GetResult();
            Hold(OriginVersionList.FromStored(list.Bytes) is { } stored
                && stored.Versions.Select(item => item.Version).SequenceEqual(list.Versions.Select(item => item.Version)),
                "the stored form is restored");
            return string.Join(' ', list.Versions.Select(item => item.Version.Value));
        }
        catch (JsonException e)
        {
            return "!" + e.Message;
        }
    }

    /// <summary>Null if a name occurs twice, a text is invalid Unicode, or there is no list. The parser may be more lenient.</summary>
    private static string? Reference(VersionListForm form, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = json.RootElement;
            IEnumerable<string?>? texts = form switch
            {
                VersionListForm.Mirror => root.GetProperty("versions").EnumerateObject().Select(member => member.Name),
                VersionListForm.Modules =>
                    Texts(root.GetProperty("modules").EnumerateArray().First(item =>
                        item.ValueKind == JsonValueKind.Object).GetProperty("versions")).Select(
                            text => text?.StartsWith('v') == true ? text[1..] : text),
                _ => Texts(root.GetProperty("versions")),
            };
            var versions = texts.Select(text => ProviderVersion.TryParse(text, out var version) ? version : null).OfType<ProviderVersion>();
            return string.Join(' ', versions.Distinct().OrderDescending().Select(version => version.Value));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<string?> Texts(JsonElement versions) => versions.EnumerateArray()
        .Where(item => item.ValueKind == JsonValueKind.Object
            && item.TryGetProperty("version", out var text)
            && text.ValueKind == JsonValueKind.String)
        .Select(item => item.GetProperty("version").GetString());

    /// <summary>Returns a few bytes at a time, like a connection.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
