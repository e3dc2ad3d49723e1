using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Mirror.Web.Http;

/// <summary>
/// What <c>terraform login</c> asks for: an authorization code, bound to a secret that stays on the user's machine, sent to a
/// port there. See https://developer.hashicorp.com/terraform/internals/login-protocol.
/// </summary>
internal sealed record LoginRequest(string RedirectUri, string Challenge, string State)
{
    public const string ClientId = "terraform-cli";
    public const int FirstPort = 10000;
    public const int LastPort = 10010;

    private const int ChallengeLength = 43; // Of a SHA-256, in base64url.
    private const int MaxStateLength = 1024;

    /// <param name="parameter">Finds a parameter by its name.</param>
    /// <returns>The request, or what is wrong with it: then nobody may be sent anywhere.</returns>
    public static (LoginRequest? Request, string? Fault) Parse(Func<string, string?> parameter)
    {
        string? redirect = parameter("redirect_uri");
        string? challenge = parameter("code_challenge");
        string state = parameter("state") ?? "";
        string? fault = parameter("client_id") != ClientId ? $"The client is not known; expected '{ClientId}'."
            : !IsLoopback(redirect) ? $"The address to go back to is not one of Terraform's; expected http://localhost with a port from {FirstPort} to {LastPort}."
            : parameter("response_type") != "code" ? "Only authorization codes are given; expected response_type=code."
            : parameter("code_challenge_method") != "S256"
            || challenge?.Length != ChallengeLength ? "The request is not bound to its sender; expected a code_challenge with the method S256."
            : state.Length > MaxStateLength ? "The state is too long."
            : null;
        return fault is null ? (new LoginRequest(redirect!, challenge!, state), null) : (null, fault);
    }

    /// <summary>What a form has to hold so that it parses again.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters =>
    [
        new("client_id", ClientId),
        new("redirect_uri", RedirectUri),
        new("response_type", "code"),
        new("code_challenge", Challenge),
        new("code_challenge_method", "S256"),
        new("state", State),
    ];

    public string Accepted(string code) => Back("code", code);

    public string Denied() => Back("error", "access_denied");

    private string Back(string name, string value) =>
        QueryHelpers.AddQueryString(RedirectUri, new Dictionary<string, string?> { [name] = value, ["state"] = State });

    private static bool IsLoopback(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http", Host: "localhost" or "127.0.0.1", Port: >= FirstPort and <= LastPort, AbsolutePath: "/login" or "/" }
        && text == string.Create(CultureInfo.InvariantCulture, $"http://{url.Host}:{url.Port}{url.AbsolutePath}");
}
