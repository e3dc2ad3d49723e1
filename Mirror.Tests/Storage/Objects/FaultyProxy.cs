using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Mirror.Core;

namespace Mirror.Tests.Storage.Objects;

public enum ProxyFault
{
    /// <summary>Responds with a status instead of forwarding the request.</summary>
    Status,

    /// <summary>Resets the connection when half of the request's content has been forwarded.</summary>
    ResetRequest,

    /// <summary>Stops forwarding at half of the request's content, or does not respond if it has none.</summary>
    StallRequest,

    /// <summary>Resets the connection when half of the response's content has been forwarded.</summary>
    ResetResponse,

    /// <summary>Stops forwarding at half of the response's content.</summary>
    StallResponse,
}

/// <summary>A reverse proxy on loopback, in front of an object store, that injects faults.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _target;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly List<Rule> _rules = [];
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FaultyProxy(WebApplication app, Uri target)
    {
        _app = app;
        _target = target;
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>Method, path and query of all requests, in the order of their arrival.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Completes when a request or response is stalled.</summary>
    public Task Stalled => _stalled.Task;

    public static async Task<FaultyProxy> StartAsync(Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new FaultyProxy(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <param name="on">Method, path and query of the request.</param>
    /// <param name="times">The number of requests that fail.</param>
    public void Inject(ProxyFault fault, Func<string, bool> on, int times = int.MaxValue, int status = 503)
    {
        lock (_rules)
        {
            _rules.Add(new Rule(fault, on, status) { Left = times });
        }
    }

    /// <summary>Responds with a document instead of forwarding the request.</summary>
    public void Respond(Func<string, bool> on, string content, int status = 200)
    {
        lock (_rules)
        {
            _rules.Add(new Rule(ProxyFault.Status, on, status) { Left = int.MaxValue, Content = content });
        }
    }

    /// <summary>Ends all faults.</summary>
    public void Recover()
    {
        lock (_rules)
        {
            _rules.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var immediately = new CancellationTokenSource();
        await immediately.CancelAsync();
        await _app.StopAsync(immediately.Token);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string request = $"{context.Request.Method} {target}";
        _requests.Enqueue(request);
        var rule = Take(request);
        try
        {
            if (rule is { Fault: ProxyFault.Status })
            {
                context.Response.StatusCode = rule.Status;
                await context.Response.WriteAsync(rule.Content, context.RequestAborted);
            }
            else if (rule is { Fault: ProxyFault.StallRequest } && context.Request.ContentLength is null or 0)
            {
                await StallAsync(context.RequestAborted);
            }
            else
            {
                await ForwardAsync(context, target, rule?.Fault);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task ForwardAsync(HttpContext context, string target, ProxyFault? fault)
    {
        using var forwarded = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target, target));
        if (context.Request.ContentLength is { } length)
        {
            var content = fault switch
            {
                ProxyFault.ResetRequest => new BreakingStream(context.Request.Body, length / 2, () => throw new IOException("Reset.")),
                ProxyFault.StallRequest => new BreakingStream(context.Request.Body, length / 2, () => StallAsync(context.RequestAborted)),
                _ => context.Request.Body,
            };
            forwarded.Content = new StreamContent(content);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Expect" or "Connection") && !forwarded.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        using var response = await _client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(response.Content.Headers))
        {
            if (name is not ("Transfer-Encoding" or "Connection" or "Keep-Alive"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        var received = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        long half = (response.Content.Headers.ContentLength ?? 0) / 2;
        var broken = fault switch
        {
            ProxyFault.ResetResponse => new BreakingStream(received, half, () => throw new IOException("Reset.")),
            ProxyFault.StallResponse => new BreakingStream(received, half, () => StallAsync(context.RequestAborted)),
            _ => received,
        };
        await broken.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private Task StallAsync(CancellationToken cancellationToken)
    {
        _stalled.TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private Rule? Take(string request)
    {
        lock (_rules)
        {
            var rule = _rules.FirstOrDefault(rule => rule.Left > 0 && rule.On(request));
            if (rule is not null)
            {
                rule.Left--;
            }

            return rule;
        }
    }

    private sealed record Rule(ProxyFault Fault, Func<string, bool> On, int Status)
    {
        public int Left { get; set; }

        public string Content { get; init; } = "";
    }

    /// <summary>The first bytes of another stream, then a fault.</summary>
    private sealed class BreakingStream(Stream inner, long left, Func<Task> fault) : ReadOnlyStream
    {
        private long _left = left;

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
            {
                await fault();
            }

            int read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }
    }
}
