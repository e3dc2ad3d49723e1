using System.Text;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Upstream;

namespace Mirror.Tests.Upstream;

/// <summary>Parsing of version lists in each protocol, in chunks.</summary>
public sealed class VersionListParserTests
{
    private const string Providers = """
        {"id":"example/hello","versions":[
          {"version":"1.0","protocols":["5.0","six",6],"platforms":[{"os":"linux","arch":"amd64"},{"arch":"arm64","os":"darwin","x":[{}]},{"os":"Linux","arch":"amd64"},{"os":"linux","arch":"amd64"},{}]},
          {"version":"2.0.0-rc.1","x":{"version":"9.9.9","platforms":[{"os":"a","arch":"b"}]}},
          {"version":"v3.0.0"},{"version":7},"4.0.0",[{"version":"5.0.0"}],
          {"version":"1.\u0031.0","protocols":null,"platforms":[]},
          {"version":"1.0.0","protocols":["4.0"]}],
         "warnings":["take care",null],"versions2":[{"version":"8.0.0"}]}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Providers_InAnyChunks_AreTheValidOnesNewestFirst(int piece)
    {
        var list = await ReadAsync(VersionListForm.Providers, Providers, piece);

        Assert.Equal(["2.0.0-rc.1", "1.1.0", "1.0.0"], Versions(list));
        var oldest = list.Find(ProviderVersion.Parse("1.0.0"))!;
        Assert.Equal(["5.0"], oldest.Protocols);
        Assert.Equal(["darwin_arm64", "linux_amd64"], oldest.Platforms.Select(platform => platform.Value));
        Assert.Equal(oldest.Platforms, list.Versions.Last().Platforms);
        Assert.Empty(list.Find(ProviderVersion.Parse("2.0.0-rc.1"))!.Platforms);
        Assert.Null(list.Find(ProviderVersion.Parse("9.9.9")));
        Assert.Equal(["take care"], list.Warnings);
    }

    [Fact]
    public async Task Modules_OfADocument_AreThoseOfTheFirstWithOrWithoutALeadingV()
    {
        var list = await ReadAsync(VersionListForm.Modules, """{"modules":[{"source":"x","versions":[{"version":"v1.0.0"},{"version":"2.0.0","root":{"providers":[{"version":"7.0.0"}]}},{"version":"1.0.0"}]},{"versions":[{"version":"3.0.0"}]}]}""");

        Assert.Equal(["2.0.0", "1.0.0"], Versions(list));
    }

    [Fact]
    public async Task MirrorDocument_WithVersions_IsParsed()
    {
        var list = await ReadAsync(VersionListForm.Mirror, """{"versions":{"1.0.0":{},"1.10.0":{"x":{"3.0.0":{}}},"latest":{},"1.9.0":1},"archives":{"9.0.0":{}}}""");

        Assert.Equal(["1.10.0", "1.9.0", "1.0.0"], Versions(list));
    }

    [Fact]
    public async Task Providers_WithNull_AreAnEmptyList() =>
        Assert.Equal(0, (await ReadAsync(VersionListForm.Providers, """{"versions":null}""")).Count);

    [Theory]
    [InlineData("Providers", "")]
    [InlineData("Providers", "[]")]
    [InlineData("Providers", "{}")]
    [InlineData("Providers", "{\"versions\":{}}")]
    [InlineData("Providers", "{\"versions\":[")]
    [InlineData("Providers", "{\"versions\":[]} x")]
    [InlineData("Providers", "{\"versions\":[{\"version\":\"\\ud800\"}]}")]
    [InlineData("Providers", "<html>")]
    [InlineData("Modules", "{\"versions\":[]}")]
    [InlineData("Modules", "{\"modules\":[]}")]
    [InlineData("Mirror", "{\"versions\":[]}")]
    public async Task Document_ThatIsNotAList_IsRejectedWithAReason(string form, string document)
    {
        var fault = await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(Enum.Parse<VersionListForm>(form), document));

        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public async Task List_WithTooManyPlatforms_IsRejected()
    {
        string platforms = string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{"os":"os{{i}}","arch":"amd64"}"""));

        var fault = await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(VersionListForm.Providers, $$"""{"versions":[{"version":"1.0.0","platforms":[{{platforms}}]}]}"""));

        Assert.Contains("1000 different platforms", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_TooLong_IsRejectedAndAShorterOneSkipped()
    {
        string Document(int length) => $$"""{"note":"{{new string('x', length)}}","versions":[{"version":"1.0.0"}]}""";

        Assert.Equal(["1.0.0"], Versions(await ReadAsync(VersionListForm.Providers, Document(500_000))));
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(VersionListForm.Providers, Document(3_000_000)));
    }

    [Theory]
    [InlineData("newest first")]
    [InlineData("reversed")]
    [InlineData("mixed")]
    [InlineData("twice")]
    public async Task Versions_InAnyOrder_AreSortedNewestFirst(string order)
    {
        string[] newestFirst = [.. Enumerable.Range(0, 3000).Select(i => $"{2 - (i / 1000)}.{9 - (i / 100 % 10)}.{99 - (i % 100)}")];
        var versions = order switch
        {
            "newest first" => newestFirst,
            "reversed" => newestFirst.Reverse(),
            "mixed" => newestFirst.OrderBy(version => version.GetHashCode(StringComparison.Ordinal)),
            _ => newestFirst.Concat(newestFirst),
        };

        var list = await MirrorAsync([.. versions]);

        Assert.Equal(newestFirst, Versions(list));
        Assert.All(newestFirst, version => Assert.True(list.Contains(ProviderVersion.Parse(version))));
        Assert.False(list.Contains(ProviderVersion.Parse("2.9.100")));
    }

    [Fact]
    public async Task StoredList_Restored_IsTheSame()
    {
        var list = await ReadAsync(VersionListForm.Providers, Providers);

        var restored = OriginVersionList.FromStored([.. list.Bytes])!;

        Assert.Equal(list.Versions.Select(Describe), restored.Versions.Select(Describe));
        Assert.Equal(list.Warnings, restored.Warnings);

        static string Describe(OriginVersion item) =>
            $"{item.Version} {string.Join(',', item.Protocols)} {string.Join(',', item.Platforms)}";
    }

    [Fact]
    public async Task StoredList_Damaged_IsNullOrReadable()
    {
        byte[] bytes = (await ReadAsync(VersionListForm.Providers, Providers)).Bytes;

        Assert.Null(OriginVersionList.FromStored("{\"versions\":[]}"u8.ToArray()));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(OriginVersionList.FromStored(bytes[..length]));
        }
    }

    [Fact]
    public async Task NoteNew_AfterTheFirstList_ReturnsNewVersions()
    {
        var (day, next) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        var first = await MirrorAsync("1.0.0", "3.0.0");
        first.MarkNew(null, day);
        var second = await MirrorAsync("1.0.0", "2.0.0", "4.0.0");
        second.MarkNew(first, day);
        var third = await MirrorAsync("0.1.0", "1.0.0", "2.0.0", "3.0.0", "4.0.0");
        third.MarkNew(second, next);
        var earlier = await MirrorAsync("2.0.0");
        earlier.MarkNew(third, day.AddDays(-1));

        Assert.Null(first.FirstSeen(ProviderVersion.Parse("1.0.0")));
        Assert.Equal(
            [next, null, day, next, day],
            new[] { "0.1.0", "1.0.0", "2.0.0", "3.0.0", "4.0.0" }.Select(version => third.FirstSeen(ProviderVersion.Parse(version))));
        Assert.Null(third.FirstSeen(ProviderVersion.Parse("9.0.0")));
        // The clock was set back: a version that was seen in the future is as new as possible, but not newer.
        Assert.Equal(day.AddDays(-1), earlier.FirstSeen(ProviderVersion.Parse("2.0.0")));
    }

    [Fact]
    public async Task With_AdditionalVersions_KeepsTheOrder()
    {
        var list = await MirrorAsync("1.0.0", "2.0.0");

        var all = list.With(
            new[] { "0.5.0", "1.5.0", "2.0.0", "3.0.0" }.Select(version => new OriginVersion(ProviderVersion.Parse(version), [], [])));

        Assert.Equal(["3.0.0", "2.0.0", "1.5.0", "1.0.0", "0.5.0"], all.Select(item => item.Version.Value));
    }

    private static Task<OriginVersionList> MirrorAsync(params string[] versions) =>
        ReadAsync(VersionListForm.Mirror, "{\"versions\":{" + string.Join(',', versions.Select(version => $"\"{version}\":{{}}")) + "}}");

    private static IEnumerable<string> Versions(OriginVersionList list) => list.Versions.Select(item => item.Version.Value);

    private static Task<OriginVersionList> ReadAsync(VersionListForm form, string document, int piece = 1000) =>
        VersionListParser.ReadAsync(form, new Pieces(Encoding.UTF8.GetBytes(document), piece), CancellationToken.None);

    private sealed class Pieces(byte[] bytes, int length) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(length, buffer.Length)], cancellationToken);
    }
}
