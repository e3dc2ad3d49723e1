using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Access;
using Mirror.Tests.Fetching;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

/// <summary>Tests that measure the resource usage of this process. No other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredTests : ICollectionFixture<MeasuredServer>
{
    public const string Name = "Measured";
}

/// <summary>The resources that one request used in this process, including its sending.</summary>
/// <param name="Rows">The number of rows that were read from the database.</param>
/// <param name="Statement">The length of the longest database statement, in characters.</param>
public sealed record Cost(TimeSpan Processor, long Allocated, long Rows, int Statement)
{
    private static readonly TimeSpan Alarm = TimeSpan.FromMilliseconds(250);

    /// <summary>Describes resource usage that is too high for an invalid request; null: it is not too high.</summary>
    /// <param name="sent">The size of the request in bytes.</param>
    public string? FindExcess(long sent) =>
        Processor > Alarm ? string.Create(CultureInfo.InvariantCulture, $"{Processor.TotalMilliseconds:0} ms of processor time")
        : Allocated > (8 << 20) + (8 * sent) ? string.Create(CultureInfo.InvariantCulture, $"{Allocated >> 20} MB allocated")
        : Rows > 4000 ? $"{Rows} rows read"
        : Statement > 16_000 ? $"a statement of {Statement} characters"
        : null;
}

/// <summary>
/// A server with two thousand versions that never sends requests to an origin, hashes passwords at no cost, and measures each request.
/// </summary>
public sealed class MeasuredServer : IAsyncLifetime
{
    private const int Attempts = 4;
    private readonly ReadingLog _reading = new();

    public MirrorServer Server { get; private set; } = null!;

    /// <summary>A client with the token of a user who is an administrator.</summary>
    public HttpClient AdminClient { get; private set; } = null!;

    /// <summary>A browser in which the administrator is signed in.</summary>
    internal PlainBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await MirrorServer.StartAsync(
            options => options with { Upstream = options.Upstream with { Mode = UpstreamMode.Offline } },
            services: services => services
                .AddSingleton<IPasswordHashing, InstantHashing>()
                .AddSingleton<IDbContextFactory<MirrorDbContext>>(
                    provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), _reading)));
        await using var db = Server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>().CreateDbContext();
        for (int i = 0; i < 40; i++)
        {
            var provider = db.Providers.Add(
                new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = "registry.example.com", Namespace = "example", Type = $"p{i}" }).Entity;
            for (int j = 0; j < 50; j++)
            {
                var version = ProviderVersion.Parse($"1.{j}.0");
                db.Versions.Add(new VersionRow
                {
                    Provider = provider,
                    Version = version.Value,
                    SortKey = version.SortKey,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                    CreatedBy = "test",
                });
            }
        }

        await db.SaveChangesAsync();
        // Token 1 is revoked by the operation that revokes tokens.
        await Server.AddUserAsync("first");
        AdminClient = await Server.AddUserAsync("root", isAdmin: true);
        Browser = new PlainBrowser(Server.Url);
        using var signedIn = await Browser.PostFormAsync("/sign-in", "sign-in", ("Token", Server.AdminToken));
    }

    public async Task DisposeAsync()
    {
        Browser.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>
    /// Sends a request and checks its response. If the cost is too high, the request is repeated, and the lowest cost counts: the first
    /// request can compile code, and the machine can be busy.
    /// </summary>
    /// <param name="sent">The size of the request in bytes.</param>
    /// <param name="judge">Returns the problem with the response, or null.</param>
    public async Task<string?> FindFaultAsync(
        long sent, Func<Task<HttpResponseMessage>> send, Func<HttpResponseMessage, Task<string?>> judge)
    {
        string? excess = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            _reading.Clear();
            var processor = Environment.CpuUsage.TotalTime;
            long allocated = GC.GetTotalAllocatedBytes();
            using var answer = await send();
            var cost = new Cost(
                Environment.CpuUsage.TotalTime - processor, GC.GetTotalAllocatedBytes() - allocated, _reading.Rows, _reading.Statement);
            if ((int)answer.StatusCode >= 500)
            {
                return $"{(int)answer.StatusCode}";
            }

            if (await judge(answer) is { } fault)
            {
                return fault;
            }

            if ((excess = cost.FindExcess(sent)) is null)
            {
                return null;
            }
        }

        return excess;
    }

    private sealed class InstantHashing : IPasswordHashing
    {
        public string Hash(string password) => $"{password.Length}";

        public bool Verify(string hash, string password) => hash == $"{password.Length}";
    }

    private sealed class ReadingLog : DbCommandInterceptor
    {
        private long _rows;

        public long Rows => Interlocked.Read(ref _rows);

        public int Statement { get; private set; }

        public void Clear()
        {
            Interlocked.Exchange(ref _rows, 0);
            Statement = 0;
        }

        public override InterceptionResult DataReaderDisposing(
            DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            Interlocked.Add(ref _rows, eventData.ReadCount);
            Statement = Math.Max(Statement, command.CommandText.Length);
            return result;
        }
    }
}
