using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Mirror.Core.Credentials;
using Mirror.Web.Cli;
using Mirror.Web.Features.SignIn.TerraformLogin;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn.Commands;

/// <summary>A login that the user or the server did not complete; the message says why.</summary>
internal sealed class LoginFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Gets a token for the user who agrees to it in a browser: an authorization code with PKCE, sent to a loopback address of this
/// machine (https://www.rfc-editor.org/rfc/rfc8252), as <c>terraform login</c> does.
/// </summary>
internal sealed class BrowserLogin(ServerConnection connection, CommandOutput output, Action<Uri>? openBrowser, TimeProvider time)
{
    private const int MaxAnswer = 64 << 10;

    /// <summary>Long enough to sign in with a second factor; a script without a user must not wait forever.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <exception cref="LoginFailedException">The user denied access or did not answer, or the server issued no token.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        var http = connection.HttpClientWith(null);
        http.MaxResponseContentBufferSize = MaxAnswer;
        using (var live = await http.GetAsync(new Uri("health/live", UriKind.Relative), cancellationToken))
        {
            if (!live.IsSuccessStatusCode)
            {
                throw new LoginFailedException($"{connection.Url} is not a mirror: health/live returned {(int)live.StatusCode}.");
            }
        }

        string verifier = RandomText(), state = RandomText();
        await using var receiver = await LoopbackReceiver.StartAsync(state, cancellationToken);
        var request = new LoginRequest(
            LoginClient.Mirror,
            receiver.RedirectUri,
            Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            state);
        AskUser(new Uri(connection.Url, QueryHelpers.AddQueryString(Urls.TerraformLogin, request.Parameters!)));
        string code;
        try
        {
            code = await receiver.Code.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            string limit = FormattableString.Invariant($"{Timeout.TotalMinutes} minutes");
            throw new LoginFailedException($"The browser did not respond within {limit}. Try again, or use --token-stdin.", e);
        }

        return await ExchangeAsync(http, code, verifier, receiver.RedirectUri, cancellationToken);
    }

    private void AskUser(Uri url)
    {
        output.Error($"To log in to {connection.Url}, open this URL in a browser on this machine:");
        output.Error("");
        output.Error($"  {url.AbsoluteUri}");
        output.Error("");
        output.Error("Waiting for the browser; press Ctrl-C to cancel.");
        openBrowser?.Invoke(url);
    }

    private static async Task<string> ExchangeAsync(
        HttpClient http, string code, string verifier, string redirectUri, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = LoginClient.Mirror.Id,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        });
        using var response = await http.PostAsync(new Uri(Urls.TerraformLoginToken, UriKind.Relative), form, cancellationToken);
        try
        {
            if (response.IsSuccessStatusCode)
            {
                var answer = await response.Content.ReadFromJsonAsync<LoginToken>(cancellationToken);
                return answer?.AccessToken is { } token && Variables.Check(token) is null
                    ? token
                    : throw new LoginFailedException("The server's response contains no token.");
            }

            var problem = await response.Content.ReadFromJsonAsync<LoginTokenProblem>(cancellationToken);
            throw new LoginFailedException($"The server did not issue a token: {problem?.Description ?? problem?.Error}.");
        }
        catch (JsonException e)
        {
            string status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            throw new LoginFailedException($"The server did not issue a token: it returned {status} {response.ReasonPhrase}.", e);
        }
    }

    /// <summary>256 random bits.</summary>
    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
