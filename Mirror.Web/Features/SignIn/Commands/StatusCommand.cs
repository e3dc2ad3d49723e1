using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.SignIn.Commands;

/// <summary><c>mirror status</c></summary>
internal static class StatusCommand
{
    private const int MostPaths = 10;

    /// <summary>A server that is reachable answers within milliseconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static ServerCommand Create() => new ServerCommand(
        "status",
        "Show the server that commands use, and your access to it. The exit code is 0 only if the server is ready and grants access.",
        "mirror status",
        "mirror status --profile prod --json")
        .Connects(async (connection, call) =>
        {
            var status = await ReadAsync(connection, call.Stop);
            if (call.Output.IsJson)
            {
                call.Output.Json(Document(connection.Target, status));
            }
            else
            {
                foreach (var (label, text) in Lines(connection.Target, status))
                {
                    call.Output.Line($"{label,-10}  {text}");
                }
            }

            if (status.Problem is { } problem)
            {
                call.Output.Error(problem);
            }

            return status.Problem is null ? ExitCodes.Success : ExitCodes.Failure;
        });

    private static async Task<ServerStatus> ReadAsync(ServerConnection connection, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var status = new ServerStatus();
        try
        {
            var client = connection.Client;
            status = status with { Health = await client.GetHealthAsync(either.Token) };
            if (!status.Health.IsReady)
            {
                return status with { Problem = $"{connection.Url} is not ready: {status.Health.Reason ?? "it is starting or stopping"}." };
            }

            if (connection.Target.Token is not null)
            {
                status = status with { Account = await client.GetCallerAsync(either.Token) };
            }

            status = status with { Server = await client.GetServerAsync(either.Token) };
            return status with { Readable = (await client.ListNamespacesAsync(either.Token)).Items };
        }
        catch (MirrorApiException e) when (e.Status == HttpStatusCode.Unauthorized)
        {
            return status with { Problem = connection.ExplainDenial() };
        }
        catch (MirrorApiException e)
        {
            return status with { Problem = e.Message };
        }
        catch (HttpRequestException e)
        {
            return status with { Problem = connection.Explain(e) };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return status with { Problem = FormattableString.Invariant($"{connection.Url} did not respond within {Timeout.TotalSeconds} s.") };
        }
    }

    private static IEnumerable<(string Label, string Text)> Lines(ServerTarget target, ServerStatus status)
    {
        yield return ("server", target.Url.ToString());
        yield return ("found by", Describe(target));
        yield return ("version", $"{status.Server?.Version ?? "unknown"} (this command: {ProductVersion.Text})");
        yield return ("health", status.Health switch
        {
            null => "unknown",
            { IsReady: false } health => $"not ready: {health.Reason ?? "starting or stopping"}",
            { Storage: { } storage } => $"ready; storage {storage}",
            _ => "ready",
        });
        if (status.Server?.Hostnames is [var own, ..])
        {
            yield return ("registry", $"{own}/<namespace>/…{(own.Contains(':', StringComparison.Ordinal) ? "; not through a network mirror, because of the port" : "")}");
        }

        yield return ("token", Describe(target.TokenSource, target.Profile));
        yield return ("logged in", status.Account is { } account
            ? $"as {account.Name} ({(account.Admin ? "administrator" : CommandText.Word<PrincipalKind>(account.Kind))})"
            : "no");
        if (status.Account is { Admin: false, Roles: var roles })
        {
            yield return ("roles", roles.Count == 0
                ? "none"
                : Shorten(roles.Select(role => $"{CommandText.Word<Role>(role.Role)} of {role.Path}")));
        }

        if (status.Readable is { } readable)
        {
            yield return ("can read", readable.Count == 0 ? "nothing" : Shorten(readable.Select(item => item.Path)));
        }
    }

    private static JsonObject Document(ServerTarget target, ServerStatus status) => new()
    {
        ["url"] = target.Url.ToString(),
        ["source"] = CommandText.Word<ServerSource>(target.Source),
        ["profile"] = target.Profile,
        ["dataDirectory"] = target.DataDirectory,
        ["tokenSource"] = CommandText.Word<TokenSource>(target.TokenSource),
        ["version"] = status.Server?.Version,
        ["hostnames"] = status.Server is { } server ? new JsonArray([.. server.Hostnames.Select(name => JsonValue.Create(name))]) : null,
        ["commandVersion"] = ProductVersion.Text,
        ["ready"] = status.Health?.IsReady,
        ["storage"] = status.Health?.Storage,
        ["account"] = status.Account is null ? null : JsonSerializer.SerializeToNode(status.Account, ApiJson.Default.Account),
        ["readable"] = status.Readable is null ? null : new JsonArray([.. status.Readable.Select(item => JsonValue.Create(item.Path))]),
        ["problem"] = status.Problem,
    };

    private static string Describe(ServerTarget target) => target.Source switch
    {
        ServerSource.UrlOption => "--url",
        ServerSource.UrlVariable => ServerLocator.UrlVariable,
        ServerSource.ProfileOption => $"--profile {target.Profile}",
        ServerSource.ProfileVariable => $"{ServerLocator.ProfileVariable}, the profile '{target.Profile}'",
        ServerSource.CurrentProfile => $"the current profile '{target.Profile}'",
        ServerSource.Demo => $"the demo that is running, with data in {target.DataDirectory}",
        _ => $"the data directory {target.DataDirectory}",
    };

    private static string Describe(TokenSource source, string? profile) => source switch
    {
        TokenSource.Option => "--token",
        TokenSource.Variable => ServerLocator.TokenVariable,
        TokenSource.Profile => $"the profile '{profile}'",
        TokenSource.DataDirectory => "the administrator token in the data directory",
        _ => "none",
    };

    private static string Shorten(IEnumerable<string> items)
    {
        string[] all = [.. items];
        string more = all.Length > MostPaths ? FormattableString.Invariant($" and {all.Length - MostPaths} more") : "";
        return string.Join(", ", all.Take(MostPaths)) + more;
    }

    /// <summary>The answers of the server; null: not received.</summary>
    /// <param name="Account">Null also without a token.</param>
    /// <param name="Problem">Null: the server is ready and grants access.</param>
    private sealed record ServerStatus(
        HealthDocument? Health = null,
        Account? Account = null,
        ServerInfo? Server = null,
        IReadOnlyList<Namespace>? Readable = null,
        string? Problem = null);
}
