using System.Buffers.Text;
using System.Text;
using Mirror.Core.Identity.Federation;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of bearer tokens from external issuers.</summary>
internal static class TokenTargets
{
    private const string Header = """{"alg":"RS256","kid":"key","typ":"JWT"}""";
    private const string Claims = """{"iss":"https://issuer.example","aud":["a","b"],"sub":"repo:x","exp":1900000000,"nbf":1700000000}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    private static readonly ClaimConditions Conditions = ClaimConditions.Read("""{"sub":"repo:*","groups":"a"}""");

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        OfText("token", [Join(Header, Claims), "eyJhbGciOiJub25lIn0.e30.", "a.b.c"], [".", "eyJ", "=", "_", "-"], Read),
        // The JSON is mutated instead of its encoding: the two parts, one per line.
        OfText("token-json", [$"{Header}\n{Claims}"], ["\"alg\":\"ES256\"", "\"crit\":[]", "\"exp\":", "\"nbf\":", "253402300799", "1e30", "\"aud\":", "\"kid\":", "\"groups\":[", "{", "}", "[", "]", ","], text =>
        {
            string[] parts = text.Split('\n', 2);
            return Read(Join(parts[0], parts.Length > 1 ? parts[1] : ""));
        }),
    ];

    private static string Read(string text)
    {
        if (!ExternalToken.TryParse(text, out var token))
        {
            return "refused";
        }

        Hold(token.Issuer.Length > 0, "an accepted token has an issuer");
        bool isCurrent = token.IsCurrent(Now, TimeSpan.FromSeconds(30));
        bool matches = Conditions.Match(token.Claims);
        return $"{isCurrent} {token.IsFor("a")} {matches} {token.KeyId is null}";
    }

    private static string Join(string header, string claims) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{Base64Url.EncodeToString(new byte[256])}";
}
