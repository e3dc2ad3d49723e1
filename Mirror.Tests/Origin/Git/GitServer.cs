using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mirror.Tests.Origin.Git;

/// <summary>A request to a <see cref="GitServer"/>.</summary>
public sealed record GitRequest(string Method, string Path, string? Authorization);

/// <summary>
/// A Git server on loopback: the real <c>git http-backend</c> as a CGI program. See https://git-scm.com/docs/git-http-backend.
/// </summary>
public sealed class GitServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-git-");
    private readonly ConcurrentQueue<GitRequest> _requests = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;

    private GitServer(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                if (certificate is not null)
                {
                    listener.UseHttps(certificate);
                }
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary><c>http[s]://127.0.0.1:PORT</c></summary>
    public string Url { get; private set; } = "";

    public IReadOnlyList<GitRequest> Requests => [.. _requests];

    /// <summary>The only accepted value of the header <c>Authorization</c>; null: none is required.</summary>
    public string? RequiredAuthorization { get; set; }

    /// <summary>Responds instead of the server if it returns true. The token ends when the server stops.</summary>
    public Func<HttpContext, CancellationToken, Task<bool>>? Intercept { get; set; }

    /// <param name="certificate">To serve https instead of http.</param>
    public static async Task<GitServer> StartAsync(X509Certificate2? certificate = null)
    {
        var server = new GitServer(certificate);
        await server._app.StartAsync();
        server.Url = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    public GitRepository Add(string name = "acme/vpc.git") => new(_directory.FullName, name);

    public Uri UrlOf(GitRepository repository) => new($"{Url}/{repository.Name}");

    public void ClearLog() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        string? authorization = request.Headers.Authorization;
        _requests.Enqueue(new GitRequest(request.Method, request.Path, authorization));
        if (Intercept is { } intercept && await intercept(context, _stopping.Token))
        {
            return;
        }

        if (RequiredAuthorization is { } required && authorization != required)
        {
            context.Response.StatusCode = 401;
            return;
        }

        await RunAsync(context);
    }

    private async Task RunAsync(HttpContext context)
    {
        var request = context.Request;
        var start = new ProcessStartInfo("git", ["http-backend"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var variables = start.Environment;
        (variables["GIT_PROJECT_ROOT"], variables["GIT_HTTP_EXPORT_ALL"]) = (Path.Combine(_directory.FullName, "served"), "1");
        (variables["REQUEST_METHOD"], variables["PATH_INFO"], variables["QUERY_STRING"]) =
            (request.Method, request.Path, request.QueryString.Value?.TrimStart('?') ?? "");
        (variables["CONTENT_TYPE"], variables["CONTENT_LENGTH"]) =
            (request.ContentType ?? "", request.ContentLength?.ToString(CultureInfo.InvariantCulture) ?? "");
        (variables["HTTP_CONTENT_ENCODING"], variables["GIT_PROTOCOL"]) =
            (request.Headers.ContentEncoding.ToString(), request.Headers["Git-Protocol"].ToString());
        (variables["GIT_CONFIG_NOSYSTEM"], variables["GIT_CONFIG_GLOBAL"]) = ("1", "/dev/null");
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(context.RequestAborted);
            await request.Body.CopyToAsync(process.StandardInput.BaseStream, context.RequestAborted);
            process.StandardInput.Close();
            await RespondAsync(context, process.StandardOutput.BaseStream);
            await errors;
            await process.WaitForExitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected.
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task RespondAsync(HttpContext context, Stream output)
    {
        while (await ReadLineAsync(output) is { Length: > 0 } line)
        {
            string[] header = line.Split(": ", 2);
            if (header[0] == "Status")
            {
                context.Response.StatusCode = int.Parse(header[1].AsSpan(0, 3), CultureInfo.InvariantCulture);
            }
            else
            {
                context.Response.Headers[header[0]] = header[1];
            }
        }

        await output.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }
}
