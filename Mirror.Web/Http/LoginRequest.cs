using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Mirror.Web.Http;

/// <summary>
/// The authorization request of <c>terraform login</c>: a code with PKCE, sent to a port of the user's machine.
/// See https://developer.hashicorp.com/terraform/internals/login-protocol.
/// </summary>
internal sealed record LoginRequest(string RedirectUri, string Challenge, string State)
{
    public const string ClientId = "terraform-cli";
    public const int FirstPort = 10000;
    public const int LastPort = 10010;

    private const int ChallengeLength = 43; // A SHA-256 in base64url.
    private const int MaxStateLength = 1024;

    /// <param name="parameter">Returns a parameter by name.</param>
    /// <returns>The request, or its fault; then the browser must not be redirected.</returns>
    public static (LoginRequest? Request, string? Fault) Parse(Func<string, string?> parameter)
    {
        string? redirect = parameter("redirect_uri");
        string? challenge = parameter("code_challenge");
        string state = parameter("state") ?? "";
        string? fault = parameter("client_id") != ClientId ? $"Unknown client_id; expected '{ClientId}'."
            : !IsLoopback(redirect) ? $"Invalid redirect_uri; expected http://localhost with a port from {FirstPort} to {LastPort}."
            : parameter("response_type") != "code" ? "Unsupported response_type; expected 'code'."
            : parameter("code_challenge_method") != "S256"
            || challenge?.Length != ChallengeLength ? "Missing PKCE challenge; expected a code_challenge with the method S256."
            : state.Length > MaxStateLength ? "The state parameter is too long."
            : null;
        return fault is null ? (new LoginRequest(redirect!, challenge!, state), null) : (null, fault);
    }

    /// <summary>The form fields from which the request can be parsed again.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters =>
    [
        new("client_id", ClientId),
        new("redirect_uri", RedirectUri),
        new("response_type", "code"),
        new("code_challenge", Challenge),
        new("code_challenge_method", "S256"),
        new("state", State),
    ];

    public string Accepted(string code) => RedirectTo("code", code);

    public string Denied() => RedirectTo("error", "access_denied");

    private string RedirectTo(string name, string value) =>
        QueryHelpers.AddQueryString(RedirectUri, new Dictionary<string, string?> { [name] = value, ["state"] = State });

    private static bool IsLoopback(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http", Host: "localhost" or "127.0.0.1", Port: >= FirstPort and <= LastPort, AbsolutePath: "/login" or "/" }
        && text == string.Create(CultureInfo.InvariantCulture, $"http://{url.Host}:{url.Port}{url.AbsolutePath}");
}
