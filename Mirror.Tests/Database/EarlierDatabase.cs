using Microsoft.Data.Sqlite;

namespace Mirror.Tests.Database;

/// <summary>A database of Mirror 0.1.0, which has no schema fingerprint.</summary>
internal static class EarlierDatabase
{
    /// <summary>A token of the service account <c>platform/ci</c>, a viewer of the group <c>platform</c>.</summary>
    public const string Token = "mirror_3_WXiqIegWLDJnrPPWgj0-6BFs0yERMewN-nEr-_UF0";

    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "testdata", "schema-0.1");

    public static async Task MakeAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Test data.
        command.CommandText = await File.ReadAllTextAsync(Path.Combine(Data, "mirror.sql"));
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The content of its only package, example/hello 1.0.0 for linux_amd64 from registry.example.com.</summary>
    public static async Task<byte[]> PackageAsync() =>
        Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(Data, "package.base64")));
}
