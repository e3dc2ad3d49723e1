using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Backups;

/// <summary>
/// A backup: a tar archive with a snapshot of the database, its rows as JSON for versions with another schema, its packages, certificates
/// and keys, and a last entry that marks the backup as complete. Entry names are paths in the data directory.
/// </summary>
internal static class BackupFile
{
    public const string Database = "mirror.db";
    public const string AdminToken = "admin-token";
    public const string End = "mirror-backup-is-whole";

    /// <summary>The directories of small files.</summary>
    public static readonly string[] Directories = ["tls", "keys"];

    private const string Packages = "packages/sha256/";
    private const string Tables = "tables/";
    private const string Json = ".json";

    public static string NameOfTable(string table) => $"{Tables}{table}{Json}";

    /// <summary>Whether an entry contains the rows of a table, such as <c>tables/Users.json</c>.</summary>
    public static bool TryParseTable(string name, [NotNullWhen(true)] out string? table)
    {
        table = name.StartsWith(Tables, StringComparison.Ordinal) && name.EndsWith(Json, StringComparison.Ordinal)
            ? name[Tables.Length..^Json.Length]
            : null;
        return table?.Length > 0 && table.All(char.IsAsciiLetterOrDigit);
    }

    public static string NameOf(Sha256Digest digest) => $"{Packages}{digest.Hex[..2]}/{digest.Hex}";

    public static bool TryParsePackage(string name, [NotNullWhen(true)] out Sha256Digest? digest)
    {
        bool isPackage = Sha256Digest.TryParse(name.Split('/')[^1], out var parsed) && name == NameOf(parsed);
        digest = isPackage ? parsed : null;
        return isPackage;
    }

    /// <summary>Whether an entry is a small file; no other file is ever written to disk.</summary>
    public static bool IsSmallFile(string name) =>
        name == AdminToken
        || name.Split('/') is [var directory, { Length: > 0 } file]
            && Directories.Contains(directory)
            && file is not ("." or "..")
            && !file.Contains('\\', StringComparison.Ordinal);

    /// <summary>The broadest mode: others can read the files that they can read in the data directory, and modify none.</summary>
    public const UnixFileMode BroadestMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Readable only by the owner.</summary>
    public const UnixFileMode OwnerMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Creates a file, replacing an existing one, with the given mode from the first byte. It therefore never writes to a file that another
    /// user created.
    /// </summary>
    public static FileStream NewFile(string path, UnixFileMode mode, FileOptions how = FileOptions.None)
    {
        var options =
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = how };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        File.Delete(path);
        return new FileStream(path, options);
    }

    public static PaxTarEntry Entry(string name, Stream content, UnixFileMode mode = OwnerMode) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode };
}
