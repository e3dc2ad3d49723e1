using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Migration;

/// <summary>
/// A file with the identities of packages that were hashed and copied to a store, also by earlier runs, so that the server does not hash
/// them again. Only one run at a time can open it.
/// </summary>
internal sealed class CopiedIdentities : IDisposable
{
    private readonly string _directory;
    private readonly FileStream _file;

    /// <param name="location">Identities of another store are discarded.</param>
    /// <exception cref="IOException">Another run uses the file, or it cannot be written.</exception>
    public CopiedIdentities(string directory, string location)
    {
        _directory = directory;
        _file = new FileStream(Path.Combine(directory, "identities"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (ReadLines().FirstOrDefault() != location)
        {
            _file.SetLength(0);
            _file.Position = 0;
            Append(location);
        }

        // After a crash, the last line can be incomplete.
        _file.Position = _file.Length;
        Append("");
    }

    public void Add(Sha256Digest digest, string identity) => Append($"{digest.Hex} {identity}");

    /// <summary>Records all identities in the database.</summary>
    public async Task RecordAsync(CatalogDatabase database, CancellationToken cancellationToken)
    {
        await using var db = database.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        foreach (string line in ReadLines().Skip(1))
        {
            if (line.Split(' ', 2) is [var hex, var identity])
            {
                await db.Blobs.Where(row => row.Sha256 == hex)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Identity, identity), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the directory.</summary>
    public void Delete()
    {
        _file.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public void Dispose() => _file.Dispose();

    private void Append(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush();
    }

    private List<string> ReadLines()
    {
        _file.Position = 0;
        using var reader = new StreamReader(_file, Encoding.UTF8, leaveOpen: true);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
