using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Upstream;

namespace Mirror.Core.Credentials;

/// <summary>
/// Finds the credential of a namespace for an origin: that of the nearest namespace that has one, a variable or else an issued token for a
/// federated registry; otherwise the server's own token.
/// </summary>
public sealed class NamespaceOriginCredentials : IOriginCredentials
{
    // A token has to outlive the request it is sent with.
    private static readonly TimeSpan LeastLeft = TimeSpan.FromMinutes(1);

    private readonly Variables _variables;
    private readonly FederatedRegistries _federated;
    private readonly InstanceIssuer _issuer;
    private readonly NamespaceDirectory _namespaces;
    private readonly ServerOriginCredentials _server;
    private readonly TimeProvider _time;
    private readonly ILogger<NamespaceOriginCredentials> _logger;
    private readonly ReadThroughCache<ValueTuple, Loaded> _loaded;

    public NamespaceOriginCredentials(
        Variables variables, FederatedRegistries federated, InstanceIssuer issuer, NamespaceDirectory namespaces,
        ServerOriginCredentials server,
        TimeProvider time, ILogger<NamespaceOriginCredentials> logger)
    {
        (
            _variables,
            _federated,
            _issuer,
            _namespaces,
            _server,
            _time,
            _logger) = (variables, federated, issuer, namespaces, server, time, logger);
        _loaded = new(ReadAsync);
        namespaces.Changed += () => _loaded.Clear(); // Changes to variables and federated registries raise it too.
    }

    public async ValueTask<OriginCredential> FindAsync(long namespaceId, ProviderHostname host, CancellationToken cancellationToken)
    {
        var loaded = (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!;
        if (!loaded.IsEmpty && await _namespaces.FindAsync(namespaceId, cancellationToken).ConfigureAwait(false) is { } scope)
        {
            foreach (long id in scope.Ancestry)
            {
                if (loaded.Variables.TryGetValue((id, host), out string? token))
                {
                    return new OriginCredential(CredentialIdentity.Namespace(id), token);
                }

                if (loaded.Federated.TryGetValue((id, host), out var registry)
                    && await MintAsync(loaded, (id, host), registry, cancellationToken).ConfigureAwait(false) is { } minted)
                {
                    return new OriginCredential(CredentialIdentity.Federated(id), minted);
                }
            }
        }

        return await _server.FindAsync(namespaceId, host, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string?> MintAsync(
        Loaded loaded, (long NamespaceId, ProviderHostname Host) key, FederatedRegistry registry, CancellationToken cancellationToken)
    {
        if (loaded.Minted.TryGetValue(key, out var recent) && IsUsable(recent.Made, recent.ExpiresAt))
        {
            return recent.Token;
        }

        var made = Moment.Now(_time);
        if (await _issuer.MintAsync(registry.Subject, registry.Audience, cancellationToken).ConfigureAwait(false) is not { } minted)
        {
            return null;
        }

        loaded.Minted[key] = (minted.Token, made, minted.ExpiresAt);
        return minted.Token;
    }

    /// <summary>A token issued in the future was issued before the clock was set back, and registries reject it.</summary>
    private bool IsUsable(Moment made, DateTimeOffset expiresAt) =>
        _time.GetUtcNow() >= made.At && made.IsWithin(expiresAt - made.At - LeastLeft, _time);

    private async Task<Loaded?> ReadAsync(ValueTuple all, CancellationToken cancellationToken) => new(
        await _variables.LoadAsync(unreadable => _logger.Unreadable(unreadable.Message), cancellationToken).ConfigureAwait(false),
        await _federated.LoadAsync(cancellationToken).ConfigureAwait(false));

    private sealed record Loaded(
        Dictionary<(long NamespaceId, ProviderHostname Host), string> Variables,
        Dictionary<(long NamespaceId, ProviderHostname Host), FederatedRegistry> Federated)
    {
        public bool IsEmpty => Variables.Count == 0 && Federated.Count == 0;

        public ConcurrentDictionary<(long, ProviderHostname), (
            string Token, Moment Made, DateTimeOffset ExpiresAt)> Minted
        { get; } = new();

        public override string ToString() => $"{Variables.Count} variables";
    }
}

internal static partial class CredentialsLog
{
    [LoggerMessage(4001, LogLevel.Error, "Ignoring a variable: {Reason}")]
    public static partial void Unreadable(this ILogger logger, string reason);
}
