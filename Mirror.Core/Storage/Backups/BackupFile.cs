using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Backups;

/// <summary>
/// A backup: a tar archive with a snapshot of the database, the rows of its tables as JSON for a version with another schema, the
/// packages it names, certificates and keys, and a last entry that says it is whole. Entries have their paths in the data directory.
/// </summary>
internal static class BackupFile
{
    public const string Database = "mirror.db";
    public const string AdminToken = "admin-token";
    public const string End = "mirror-backup-is-whole";

    /// <summary>Directories of small files.</summary>
    public static readonly string[] Directories = ["tls", "keys"];

    private const string Packages = "packages/sha256/";
    private const string Tables = "tables/";
    private const string Json = ".json";

    public static string NameOfTable(string table) => $"{Tables}{table}{Json}";

    /// <summary>Whether an entry holds the rows of a table: <c>tables/Users.json</c>.</summary>
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

    /// <summary>Whether an entry is one of the small files; nothing else is ever written to a disk.</summary>
    public static bool IsSmallFile(string name) =>
        name == AdminToken
        || name.Split('/') is [var directory, { Length: > 0 } file]
            && Directories.Contains(directory)
            && file is not ("." or "..")
            && !file.Contains('\\', StringComparison.Ordinal);

    /// <summary>Others may read what they may read in the data directory, and change nothing.</summary>
    public const UnixFileMode MostMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Only the owner may read it.</summary>
    public const UnixFileMode OwnerMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Replaces what is there; from its first byte on nobody else may read it than the mode says. So it is never written into a file
    /// that somebody else has made beforehand.
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
