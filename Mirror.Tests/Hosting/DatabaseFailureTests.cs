using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Importing;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Hosting;

/// <summary>Every protocol, the API, the pages and the health check report a database failure with status 503 and the reason.</summary>
public sealed class DatabaseFailureTests : IDisposable
{
    private const string Ready = "/health/ready";

    // Each of these addresses needs the database, because nothing is in memory.
    private const string Document = Base + "index.json";
    private const string RegistryDocument = $"/v1/registries/{Host}/providers/example/hello/versions";
    private const string Api = "/api/v1/groups/default/versions";
    private const string Page = "/groups/default/-/provider-mirrors";

    private readonly MirrorDirectory _directory = new();

    private string Database => Path.Combine(_directory.Path, "mirror.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task DamagedPages_NeededByARequest_AreReported()
    {
        await using var mirror = await StartAsync();
        DamagePages();

        await AssertStorageFailedAsync(mirror, "This server's database is damaged.", Document, RegistryDocument, Base + Package, Api);
        await AssertPageFailedAsync(mirror, "This server's database is damaged.");
        await AssertNotReadyAsync(mirror, "This server's database is damaged.");
        Assert.Equal(HttpStatusCode.OK, (await mirror.Client.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task DamagedPages_NotReadByAnyRequest_AreFoundByTheHealthCheck()
    {
        await using var mirror = await StartAsync();
        Assert.Equal("""{"status":"ready"}""", await mirror.Client.GetStringAsync(Ready));
        DamagePages();

        await AssertNotReadyAsync(mirror, "This server's database is damaged.");
    }

    [Fact]
    public async Task Lock_OfAnotherProgram_FailsWritesButNotReads()
    {
        await using var mirror = await StartAsync();
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            other.Open();
            using var held = other.BeginTransaction();

            await AssertNotReadyAsync(mirror, "This server's database is locked by another program.");
            using var change = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "platform" });
            await AssertStorageFailedAsync(change, "This server's database is locked by another program.");
            // The origin's list cannot be stored, but is still served.
            Assert.Equal(3, (await mirror.GetJsonAsync(Document)).GetProperty("versions").EnumerateObject().Count());
            Assert.Equal(HttpStatusCode.OK, (await mirror.Client.GetAsync(Api)).StatusCode);
        }

        Assert.Equal("""{"status":"ready"}""", await mirror.Client.GetStringAsync(Ready));
        using var again = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "platform" });
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [UnixFact("Windows deletes no file that is open.")]
    public async Task DatabaseFile_Deleted_IsReportedAndNotReplaced()
    {
        const string reason = "This server's database cannot be opened: its file is missing or not readable.";
        await using var mirror = await StartAsync();
        string aside = Database + ".aside";
        File.Move(Database, aside);

        await AssertNotReadyAsync(mirror, reason);
        await AssertStorageFailedAsync(mirror, reason, Document, RegistryDocument, Base + Package, Api);
        await AssertPageFailedAsync(mirror, reason);
        Assert.False(File.Exists(Database));

        File.Move(aside, Database);
        Assert.Equal("""{"status":"ready"}""", await mirror.Client.GetStringAsync(Ready));
        Assert.Equal(HttpStatusCode.OK, (await mirror.Client.GetAsync(Document)).StatusCode);
    }

    [SmallDiskFact]
    public async Task Disk_Full_IsReportedUntilSpaceIsFree()
    {
        const string reason = "The disk that holds this server's database is full.";
        using var disk = new SmallDisk(16 << 20);
        string filler = Path.Combine(disk.Path, "filler");
        await using var mirror = await StartAsync(Path.Combine(disk.Path, "mirror.db"));
        disk.Fill(filler);

        await AssertNotReadyAsync(mirror, reason);
        using (var change = await WriteUntilFullAsync(mirror))
        {
            await AssertStorageFailedAsync(change, reason);
        }

        Assert.Equal(3, (await mirror.GetJsonAsync(Document)).GetProperty("versions").EnumerateObject().Count());
        File.Delete(filler);

        Assert.Equal("""{"status":"ready"}""", await mirror.Client.GetStringAsync(Ready));
        using var again = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "roomy" });
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Ready_RequestedConcurrently_ChecksTheDatabaseAFewTimes()
    {
        await using var mirror = await StartAsync();
        var health = mirror.Server.Services.GetRequiredService<DatabaseHealth>();
        int before = health.Probes;
        long begun = TimeProvider.System.GetTimestamp();

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => mirror.Client.GetStringAsync(Ready)));

        Assert.All(answers, answer => Assert.Equal("""{"status":"ready"}""", answer));
        Assert.InRange(health.Probes - before, 1, 2 + (int)(TimeProvider.System.GetElapsedTime(begun) / DatabaseHealth.MinimumInterval));
    }

    public static TheoryData<Exception, string?> Exceptions() => new()
    {
        { new SqliteException("locked", 5), "locked" },
        { new SqliteException("table locked", 6), "locked" },
        { new SqliteException("read-only", 8), "read-only" },
        { new SqliteException("io", 10), "disk error" },
        { new SqliteException("malformed", 11), "damaged" },
        { new SqliteException("full", 13), "full" },
        { new SqliteException("cannot open", 14), "cannot be opened" },
        { new SqliteException("not a database", 26), "damaged" },
        { new SqliteException("no such table: Versions", 1), "no tables" },
        { new DbUpdateException("update", new SqliteException("full", 13)), "full" },
        { new DbUpdateException("update", new SqliteException("unique", 19, 2067)), null },
        { new DbUpdateConcurrencyException("gone"), null },
        { new FileNotFoundException("gone"), "missing" },
        { new UnauthorizedAccessException("denied"), "no permission to read or write" },
        { new IOException("full", 28), "disk of this server is full" },
        { new IOException("reset", new System.Net.Sockets.SocketException(104)), null },
        { new IOException("The client reset the request stream."), null },
        { new EndOfStreamException(), null },
        { new InvalidOperationException("a bug"), null },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Map_OfExceptions_RecognizesStorageFailures(Exception exception, string? reason)
    {
        var failure = StorageFailure.Of(exception);

        Assert.Equal(reason is null ? null : FailureKind.Storage, failure?.Kind);
        Assert.Contains(reason ?? "", failure?.Message ?? "", StringComparison.Ordinal);
    }

    private async Task<MirrorWithOrigin> StartAsync(string? database = null)
    {
        string path = database ?? Database;
        await MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = Path.GetDirectoryName(path)! });
        return await MirrorWithOrigin.StartAsync(configure: options => options with
        {
            Database = options.Database with { ConnectionString = $"Data Source={path};Default Timeout=1" },
        });
    }

    /// <summary>Overwrites all pages except the first, which identifies the file as a database.</summary>
    private void DamagePages()
    {
        SqliteConnection.ClearAllPools(); // The next statement reads the file instead of the cache of a connection.
        using var file = new FileStream(Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] junk = new byte[file.Length - 4096];
        Array.Fill(junk, (byte)0xab);
        file.Position = 4096;
        file.Write(junk);
    }

    private static async Task<HttpResponseMessage> WriteUntilFullAsync(MirrorWithOrigin mirror)
    {
        // SQLite uses the space that is left in its write-ahead log first.
        for (int i = 0; ; i++)
        {
            var response = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = $"group-{i}" });
            if (response.StatusCode != HttpStatusCode.Created)
            {
                return response;
            }

            response.Dispose();
        }
    }

    private static async Task AssertNotReadyAsync(MirrorWithOrigin mirror, string reason)
    {
        using var ready = await mirror.Client.GetAsync(Ready);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(reason, (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString());
    }

    private static async Task AssertStorageFailedAsync(MirrorWithOrigin mirror, string reason, params string[] addresses)
    {
        foreach (string address in addresses)
        {
            using var response = await mirror.Client.GetAsync(address);
            await AssertStorageFailedAsync(response, reason);
        }
    }

    /// <summary>Either the page contains the reason, or its layout failed too and a problem document contains it.</summary>
    private static async Task AssertPageFailedAsync(MirrorWithOrigin mirror, string reason)
    {
        using var response = await mirror.Client.GetAsync(Page);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Contains(reason, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    private static async Task AssertStorageFailedAsync(HttpResponseMessage response, string reason)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.StatusCode == HttpStatusCode.ServiceUnavailable,
            $"{response.RequestMessage!.RequestUri}: {response.StatusCode} {body}");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal("Storage failure", problem.GetProperty("title").GetString());
        Assert.StartsWith(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
