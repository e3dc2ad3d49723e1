using System.Text;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials.Secrets;
using Mirror.Tests.Time;

namespace Mirror.Tests.Credentials;

public sealed class SecretBoxTests : IDisposable
{
    private readonly MirrorOptions _options =
        new() { DataDirectory = Path.Combine(Path.GetTempPath(), "mirror-tests-" + Guid.NewGuid().ToString("N")) };
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    public SecretBoxTests() => Directory.CreateDirectory(_options.DataDirectory);

    public void Dispose() => Directory.Delete(_options.DataDirectory, recursive: true);

    [Fact]
    public async Task Secret_AfterARestart_DecryptsForItsPurposeOnly()
    {
        byte[] text = await EncryptAsync();

        using var again = Box();
        Assert.Equal("a secret", Encoding.UTF8.GetString(await again.DecryptAsync("variable 1", text, CancellationToken.None)));
        Assert.DoesNotContain("a secret", Encoding.Latin1.GetString(text), StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnreadableSecretException>(
            async () => await again.DecryptAsync("variable 2", text, CancellationToken.None));
    }

    [Fact]
    public async Task Secret_Changed_CannotBeDecrypted()
    {
        byte[] text = await EncryptAsync();
        text[^1] ^= 1;

        using var box = Box();
        await Assert.ThrowsAsync<UnreadableSecretException>(async () => await box.DecryptAsync("variable 1", text, CancellationToken.None));
    }

    [Fact]
    public async Task Keys_AfterRotation_StillDecryptOldSecrets()
    {
        using var box = Box();
        byte[] old = await box.EncryptAsync("variable 1", "a secret"u8.ToArray(), CancellationToken.None);
        _time.Advance(SecretBox.RotateAfter);
        byte[] fresh = await box.EncryptAsync("variable 1", "a secret"u8.ToArray(), CancellationToken.None);

        Assert.Equal(2, Directory.GetFiles(_options.KeysDirectory).Length);
        Assert.NotEqual(old[1..9], fresh[1..9]);
        using var again = Box();
        foreach (byte[] text in new[] { old, fresh })
        {
            Assert.Equal("a secret", Encoding.UTF8.GetString(await again.DecryptAsync("variable 1", text, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task Keys_OnDisk_AreReadableByTheOwnerOnly()
    {
        await EncryptAsync();

        if (!OperatingSystem.IsWindows())
        {
            string key = Assert.Single(Directory.GetFiles(_options.KeysDirectory));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_options.KeysDirectory));
        }
    }

    private async Task<byte[]> EncryptAsync()
    {
        using var box = Box();
        return await box.EncryptAsync("variable 1", "a secret"u8.ToArray(), CancellationToken.None);
    }

    private SecretBox Box() => new(new KeyDirectory(_options), _time);
}
