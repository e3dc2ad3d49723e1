using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Mirror.Tests.Upstream;

/// <summary>A forward proxy on the loopback interface that forwards every request to one server, regardless of its host.</summary>
public sealed class ForwardProxy : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentQueue<string> _targets = [];

    private ForwardProxy(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(context => ForwardAsync(context, server));
    }

    public Uri Url =>
        new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>The original request targets in the order of arrival.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    public static async Task<ForwardProxy> StartAsync(Uri server)
    {
        var proxy = new ForwardProxy(server);
        await proxy._application.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, Uri server)
    {
        _targets.Enqueue(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, context.Request.Path + context.Request.QueryString));
        request.Headers.TryAddWithoutValidation(HeaderNames.Accept, context.Request.Headers.Accept.ToArray());
        request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, context.Request.Headers.AcceptEncoding.ToArray());
        request.Headers.TryAddWithoutValidation(HeaderNames.UserAgent, context.Request.Headers.UserAgent.ToArray());
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
