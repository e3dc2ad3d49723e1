using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Mirror.Web.Http;

/// <summary>A program on a user's machine that requests a token of the user.</summary>
/// <param name="Command">The command that requests it; also the name of the token.</param>
internal sealed record LoginClient(string Id, string Name, string Command)
{
    /// <summary>Terraform and OpenTofu.</summary>
    public static LoginClient Terraform { get; } = new("terraform-cli", "Terraform", "terraform login");

    public static LoginClient Mirror { get; } = new("mirror-cli", "the mirror command", "mirror login");

    public static LoginClient? Find(string? id) => id == Terraform.Id ? Terraform : id == Mirror.Id ? Mirror : null;
}

/// <summary>
/// The authorization request of <c>terraform login</c> and <c>mirror login</c>: a code with PKCE, sent to a port of the user's machine.
/// See https://developer.hashicorp.com/terraform/internals/login-protocol.
/// </summary>
internal sealed record LoginRequest(LoginClient Client, string RedirectUri, string Challenge, string State)
{
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
        var client = LoginClient.Find(parameter("client_id"));
        string? fault = client is null ? $"Unknown client_id; expected '{LoginClient.Terraform.Id}' or '{LoginClient.Mirror.Id}'."
            : !IsLoopback(redirect) ? $"Invalid redirect_uri; expected http://localhost with a port from {FirstPort} to {LastPort}."
            : parameter("response_type") != "code" ? "Unsupported response_type; expected 'code'."
            : parameter("code_challenge_method") != "S256"
            || challenge?.Length != ChallengeLength ? "Missing PKCE challenge; expected a code_challenge with the method S256."
            : state.Length > MaxStateLength ? "The state parameter is too long."
            : null;
        return fault is null ? (new LoginRequest(client!, redirect!, challenge!, state), null) : (null, fault);
    }

    /// <summary>The form fields from which the request can be parsed again.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters =>
    [
        new("client_id", Client.Id),
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
