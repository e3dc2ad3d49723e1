using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn.Commands;

/// <summary>
/// Receives the authorization code that a browser on this machine brings: one address on loopback, which ignores requests without
/// the state of this login.
/// </summary>
internal sealed class LoopbackReceiver : IAsyncDisposable
{
    private const string CallbackPath = "/login";

    private readonly TaskCompletionSource<string> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;
    private readonly byte[] _state;

    private LoopbackReceiver(int port, string state)
    {
        _state = Encoding.UTF8.GetBytes(state);
        RedirectUri = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}{CallbackPath}");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string RedirectUri { get; }

    /// <summary>Fails with <see cref="LoginFailedException"/> if the user denied access.</summary>
    public Task<string> Code => _code.Task;

    /// <exception cref="LoginFailedException">All ports that the server accepts are in use.</exception>
    public static async Task<LoopbackReceiver> StartAsync(string state, CancellationToken cancellationToken)
    {
        for (int port = LoginRequest.FirstPort; port <= LoginRequest.LastPort; port++)
        {
            var receiver = new LoopbackReceiver(port, state);
            try
            {
                await receiver._app.StartAsync(cancellationToken);
                return receiver;
            }
            catch (IOException)
            {
                await receiver._app.DisposeAsync(); // In use.
            }
        }

        throw new LoginFailedException(
            $"The ports {LoginRequest.FirstPort} to {LoginRequest.LastPort} of localhost are in use. Free one of them, or use --token-stdin.");
    }

    /// <summary>Lets an answer that is being sent to the browser finish.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        if (request.Path != CallbackPath
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Query["state"].ToString()), _state))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        string code = request.Query["code"].ToString();
        bool isAllowed = code.Length > 0;
        if (isAllowed)
        {
            _code.TrySetResult(code);
        }
        else
        {
            _code.TrySetException(new LoginFailedException("Access was denied in the browser."));
        }

        response.ContentType = "text/html; charset=utf-8";
        string text = isAllowed ? "You are logged in." : "Access denied.";
        return response.WriteAsync(
            $"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>mirror login</title></head><body><p>{text} You can close this page and return to the terminal.</p></body></html>""",
            context.RequestAborted);
    }
}
