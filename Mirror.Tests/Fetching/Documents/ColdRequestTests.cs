using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Upstream;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>
/// The cost of the first request in addition to the origin requests: each fact is read once, and again only after it has changed.
/// </summary>
public sealed class ColdRequestTests
{
    // Services that start with the server execute their own statements.
    private readonly CountedStatements _statements = new(() => MarkedRequests.IsCurrent);
    private readonly CountedCredentials _credentials = new();

    /// <param name="statements">The statements that read and write data for the request. The h1 hash of a package is recorded
    /// later.</param>
    /// <param name="credentials">How often the credential of a host is read: for access, for the request, for its links.</param>
    /// <param name="quarantine">How often quarantine is read. A fetched proof changes it.</param>
    [Theory]
    [InlineData("1.0.0.json", 13, 4, 2)]
    [InlineData("index.json", 13, 3, 2)]
    [InlineData(Package, 21, 3, 1)]
    public async Task ColdRequest_OfEachKind_ReadsEachFactOnce(string file, int statements, int credentials, int quarantine)
    {
        await using var mirror = await StartAsync();

        await mirror.Client.GetByteArrayAsync(Base + file);
        await mirror.WhenIdleAsync();

        // Whether content is protected is read again if the package was committed meanwhile.
        int repeated = Math.Max(0, _statements.Texts.Count(text => text.StartsWith("SELECT EXISTS", StringComparison.Ordinal)) - 1);
        Assert.True(statements == _statements.Count - repeated, string.Join("\n", _statements.Texts));
        Assert.Equal(
            (credentials, 1, quarantine, 1),
            (_credentials.Count, Lookups("Proofs"), Lookups("Quarantine", "INNER JOIN \"Providers\""), Lookups("OriginDocuments")));
    }

    [Fact]
    public async Task Package_AfterItsDocumentWasRead_IsFoundWithoutReadingProofAndQuarantine()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(Base + "1.0.0.json");
        _statements.Clear();

        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.Equal(
            (0, 0, 1),
            (Lookups("Proofs"), Lookups("Quarantine", "INNER JOIN \"Providers\""), Lookups("Versions", "INNER JOIN \"Providers\"")));
    }

    [Fact]
    public async Task Package_InTheCache_NeedsNoDatabaseStatement()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        _statements.Clear();

        await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Empty(_statements.Texts);
    }

    /// <summary>Starts with a clock that does not move, so that nothing is read again because of its age.</summary>
    private async Task<MirrorWithOrigin> StartAsync()
    {
        var mirror = await MirrorWithOrigin.StartAsync(time: new ManualTimeProvider(), services: services => services
            .AddSingleton<IStartupFilter>(new MarkedRequests())
            .AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), _statements))
            .AddSingleton<IOriginCredentials>(
                provider => _credentials.Over(ActivatorUtilities.CreateInstance<NamespaceOriginCredentials>(provider))));
        // Other requests have already read the data of the namespace.
        using var response = await mirror.Client.GetAsync($"/v1/mirror/{Host}/example/other/index.json");
        _statements.Clear();
        _credentials.Count = 0;
        return mirror;
    }

    private int Lookups(string table, string with = "") => _statements.Texts.Count(text =>
        text.StartsWith("SELECT", StringComparison.Ordinal)
        && text.IndexOf($"FROM \"{table}\"", StringComparison.Ordinal) is >= 0 and var from
        && from == text.IndexOf("FROM \"", StringComparison.Ordinal)
        && text.Contains(with, StringComparison.Ordinal));

    private sealed class CountedCredentials : IOriginCredentials
    {
        private IOriginCredentials? _inner;

        public int Count { get; set; }

        public CountedCredentials Over(IOriginCredentials inner)
        {
            _inner = inner;
            return this;
        }

        public ValueTask<OriginCredential> FindAsync(long namespaceId, ProviderHostname host, CancellationToken cancellationToken)
        {
            Count++;
            return _inner!.FindAsync(namespaceId, host, cancellationToken);
        }
    }
}
