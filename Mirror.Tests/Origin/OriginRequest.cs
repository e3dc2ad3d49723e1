using Mirror.Tests.Origin.Wire;

namespace Mirror.Tests.Origin;

/// <summary>How the response to a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>The response is being sent, or waits at a gate.</summary>
    Open,

    /// <summary>The complete response was sent.</summary>
    Answered,

    /// <summary>The origin aborted it, as configured by the test.</summary>
    Broken,

    /// <summary>The client disconnected, or the origin was stopped, before the end.</summary>
    Abandoned,
}

/// <summary>A request that the origin received.</summary>
public sealed class OriginRequest
{
    private readonly LoopbackExchange _exchange;
    private readonly TaskCompletionSource<RequestOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal OriginRequest(LoopbackExchange exchange, RequestKind kind, string path, string query, bool isTls)
    {
        _exchange = exchange;
        Kind = kind;
        Path = path;
        Query = query;
        IsTls = isTls;
    }

    public RequestKind Kind { get; }

    /// <summary>The number of the request at this origin, from 1 in the order of arrival.</summary>
    public int Number { get; internal set; }

    public string Method => _exchange.Head.Method;

    /// <summary>The original path without the query.</summary>
    public string Path { get; }

    /// <summary>The query without the question mark, or empty.</summary>
    public string Query { get; }

    public bool IsTls { get; }

    /// <summary>The number of the connection. Requests with the same number used the same connection.</summary>
    public int ConnectionNumber => _exchange.ConnectionNumber;

    public IReadOnlyDictionary<string, string> Headers => _exchange.Head.Headers;

    public string? Range => Headers.GetValueOrDefault("Range");

    public string? Authorization => Headers.GetValueOrDefault("Authorization");

    /// <summary>The sent status; null if no headers were sent.</summary>
    public int? Status { get; internal set; }

    /// <summary>The number of body bytes sent so far.</summary>
    public long BodyBytesSent => _exchange.BodyBytesSent;

    public RequestOutcome Outcome => _ended.Task.IsCompletedSuccessfully ? _ended.Task.Result : RequestOutcome.Open;

    /// <summary>Completes when the origin has finished this request.</summary>
    public Task<RequestOutcome> Ended => _ended.Task;

    public override string ToString() =>
        $"#{Number} {Method} {Path}{(Query.Length > 0 ? "?" + Query : "")}{(Range is { } range ? $" [{range}]" : "")} ({Kind}) → {Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no status"}, {BodyBytesSent} bytes, {Outcome}";

    internal void End(RequestOutcome outcome) => _ended.TrySetResult(outcome);
}
