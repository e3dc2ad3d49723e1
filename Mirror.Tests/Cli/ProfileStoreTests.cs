using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

public sealed class ProfileStoreTests : IDisposable
{
    private const string Token = "mirror_secret-of-a-profile";

    private readonly UserHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Read_NoFileOrNoHome_ReturnsNoProfiles()
    {
        Assert.Empty(_home.Store.Read().Profiles);
        Assert.Empty(new ProfileStore(null).Read().Profiles);
    }

    [Fact]
    public void Write_Profiles_AreReadAgain()
    {
        _home.WithProfile("one", "https://one.example.com", Token, isCurrent: true).WithProfile("two", "http://localhost:5080/tf", "t");

        var file = _home.Store.Read();

        Assert.Equal("one", file.Current);
        Assert.Equal(
            [("one", "https://one.example.com/", Token), ("two", "http://localhost:5080/tf/", "t")],
            file.Profiles.Select(item => (item.Key, item.Value.Url.ToString(), item.Value.Token)));
    }

    [Fact]
    public void Write_DirectoryThatCannotBeCreated_NamesTheFile()
    {
        string file = Path.Combine(_home.WorkingDirectory, "file");
        File.WriteAllText(file, "");
        var store = new ProfileStore(Path.Combine(file, "mirror"));

        var failure = Assert.Throws<IOException>(() => store.Write(ProfileFile.Empty));

        Assert.StartsWith($"'{store.FilePath}' cannot be written: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_File_IsReadableByItsOwnerOnlyAndLeavesNoOther()
    {
        _home.WithProfile("one", "https://one.example.com", Token);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode readWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            // Also if someone had widened it.
            File.SetUnixFileMode(_home.Store.FilePath!, readWrite | UnixFileMode.OtherRead);
            _home.WithProfile("two", "https://two.example.com", Token);

            Assert.Equal(readWrite, File.GetUnixFileMode(_home.Store.FilePath!));
            Assert.Equal(readWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.UserDirectory));
        }

        Assert.Equal([_home.Store.FilePath!], Directory.GetFiles(_home.UserDirectory));
    }

    [Fact]
    public void Write_NoHome_SaysWhatToSet()
    {
        var failure = Assert.Throws<DirectoryNotFoundException>(() => new ProfileStore(null).Write(ProfileFile.Empty));

        Assert.Contains("set HOME or XDG_CONFIG_HOME", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\n\"current\": ]", "line 2")]
    [InlineData("null", "does not contain profiles")]
    [InlineData("{}", "does not contain profiles")]
    [InlineData("""{"profiles":{"a":null}}""", "profile 'a': it is empty")]
    [InlineData("""{"profiles":{"a":{"url":"https://x","token":""}}}""", "profile 'a': its token")]
    [InlineData("""{"profiles":{"a":{"url":"https://x"}}}""", "profile 'a': its token")]
    [InlineData("""{"profiles":{"a":{"token":"mirror_secret-of-a-profile"}}}""", "profile 'a': its url")]
    [InlineData("""{"profiles":{"a":{"url":"x","token":"mirror_secret-of-a-profile"}}}""", "profile 'a': its url")]
    [InlineData("""{"profiles":{"a":{"url":"ftp://x","token":"mirror_secret-of-a-profile"}}}""", "profile 'a': its url")]
    [InlineData("""{"profiles":{"a":{"url":"https://x","token":["mirror_secret-of-a-profile"]}}}""", "$.profiles.a.token")]
    [InlineData("""{"profiles":{"a b":{"url":"https://x","token":"t"}}}""", "its name is not valid")]
    [InlineData("""{"current":"b","profiles":{"a":{"url":"https://x","token":"t"}}}""", "the current profile 'b' is missing")]
    public void Read_DamagedFile_NamesItAndTheFaultButNoToken(string content, string expected)
    {
        Directory.CreateDirectory(_home.UserDirectory);
        File.WriteAllText(_home.Store.FilePath!, content);

        var failure = Assert.Throws<InvalidDataException>(_home.Store.Read);

        Assert.StartsWith($"'{_home.Store.FilePath}' is damaged: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HugeFile_IsNotRead()
    {
        Directory.CreateDirectory(_home.UserDirectory);
        File.WriteAllText(_home.Store.FilePath!, new string(' ', 2 << 20));

        Assert.Throws<InvalidDataException>(_home.Store.Read);
    }

    [Fact]
    public void Text_OfWhatHoldsATokens_DoesNotShowIt()
    {
        var profile = new Profile(new Uri("https://one.example.com"), Token);
        var target = new ServerTarget(profile.Url, ServerSource.CurrentProfile, "one", Token, TokenSource.Profile, null);

        Assert.All(
            [profile.ToString(), target.ToString(), _home.Environment($"MIRROR_TOKEN={Token}").ToString()],
            text => Assert.DoesNotContain(Token, text, StringComparison.Ordinal));
    }
}
