using System.Globalization;
using Mirror.Core.Configuration;

namespace Mirror.Core.Credentials.Secrets;

/// <summary>Stores keys as files in <c>keys</c> in the data directory, readable only by the owner.</summary>
public sealed class KeyDirectory(MirrorOptions options) : ISecretKeyStore
{
    private const string Extension = ".key";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken)
    {
        var keys = new List<SecretKey>();
        if (!Directory.Exists(options.KeysDirectory))
        {
            return keys;
        }

        foreach (string file in Directory.EnumerateFiles(options.KeysDirectory, "*" + Extension))
        {
            if (ulong.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id))
            {
                keys.Add(new SecretKey(id, Convert.FromBase64String(await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false))));
            }
        }

        return keys;
    }

    public async Task AddAsync(SecretKey key, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.KeysDirectory);
        }
        else
        {
            Directory.CreateDirectory(options.KeysDirectory, OwnerFile | UnixFileMode.UserExecute);
        }

        string path = Path.Combine(options.KeysDirectory, key + Extension);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = OwnerFile;
        }

        // Write to a temporary name first: half a key would make its secrets unreadable.
        string part = path + ".new";
        File.Delete(part);
        var stream = new FileStream(part, mode);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key.Value)), cancellationToken)
                .ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, path);
    }
}
