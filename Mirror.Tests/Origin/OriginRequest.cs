using Mirror.Tests.Origin.Wire;

namespace Mirror.Tests.Origin;

/// <summary>How the answer to a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>It is being answered, or held by a gate.</summary>
    Open,

    /// <summary>Everything that the headers promised was sent.</summary>
    Answered,

    /// <summary>The origin broke it off, as the test wanted.</summary>
    Broken,

    /// <summary>The client disconnected, or the origin was stopped, before the end.</summary>
    Abandoned,
}

/// <summary>One request as the origin saw it.</summary>
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

    /// <summary>Counts the origin's requests from 1 in the order of their arrival.</summary>
    public int Number { get; internal set; }

    public string Method => _exchange.Head.Method;

    /// <summary>The path as sent, without the query.</summary>
    public string Path { get; }

    /// <summary>The query without its question mark, or empty.</summary>
    public string Query { get; }

    public bool IsTls { get; }

    /// <summary>Requests with the same number came over the same connection.</summary>
    public int ConnectionNumber => _exchange.ConnectionNumber;

    public IReadOnlyDictionary<string, string> Headers => _exchange.Head.Headers;

    public string? Range => Headers.GetValueOrDefault("Range");

    public string? Authorization => Headers.GetValueOrDefault("Authorization");

    /// <summary>The status sent; null while no head was sent, or none ever.</summary>
    public int? Status { get; internal set; }

    /// <summary>Body bytes sent so far.</summary>
    public long BodyBytesSent => _exchange.BodyBytesSent;

    public RequestOutcome Outcome => _ended.Task.IsCompletedSuccessfully ? _ended.Task.Result : RequestOutcome.Open;

    /// <summary>Completes when the origin has done with this request.</summary>
    public Task<RequestOutcome> Ended => _ended.Task;

    public override string ToString() =>
        $"#{Number} {Method} {Path}{(Query.Length > 0 ? "?" + Query : "")}{(Range is { } range ? $" [{range}]" : "")} ({Kind}) → {Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no status"}, {BodyBytesSent} bytes, {Outcome}";

    internal void End(RequestOutcome outcome) => _ended.TrySetResult(outcome);
}
