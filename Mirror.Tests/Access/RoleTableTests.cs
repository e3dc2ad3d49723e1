using System.Net;
using Mirror.Tests.Importing;
using Xunit;

namespace Mirror.Tests.Access;

/// <summary>The complete role table over HTTP, with anonymous read access off: caller × action × namespace.</summary>
public sealed class RoleTableTests(RoleTable table) : IClassFixture<RoleTable>
{
    private const string Package = "groups/{0}/providers/" + RoleTable.Provider + "/versions/2.0.0/platforms/linux_amd64";

    /// <summary>
    /// The requests of each column. <c>{0}</c> is the namespace. Some requests succeed in a root group, and return an error that refers to
    /// the root group below it.
    /// </summary>
    private static readonly Request[][] Columns =
    [
        [
            new("GET", "/v1/provider-mirror/providers/{0}/" + RoleTable.Provider + "/index.json", 200),
            new("HEAD", "/v1/provider-mirror/providers/{0}/" + RoleTable.Provider + "/1.0.0.json", 200),
        ],
        [
            new("GET", "groups/{0}", 200),
            new("GET", "groups/{0}/versions", 200),
            new("GET", "groups/{0}/providers/" + RoleTable.Provider + "/versions/1.0.0", 200),
            new("GET", "groups/{0}/providers/" + RoleTable.Provider + "/versions/1.0.0/platforms/linux_amd64/package", 200),
            new("GET", "groups/{0}/syncs", 200),
            new("GET", "groups/{0}/policy", 200),
        ],
        [
            new("POST", "groups/{0}/refresh", 204, """{"provider":"example/nothing"}"""),
            new("POST", "groups/{0}/syncs", 400, """{"providers":[]}"""),
            new("PUT", Package + "/package", 200, Below: 400) { SendsPackage = true },
            new("DELETE", Package, 204, Below: 400),
        ],
        [
            new("PUT", "groups/{0}/variables/TF_TOKEN_example_com", 204, """{"value":"something","sensitive":true}"""),
            new("GET", "groups/{0}/variables", 200),
            new("DELETE", "groups/{0}/variables/TF_TOKEN_example_com", 204),
        ],
        [
            new("PUT", "groups/{0}/members/bystander", 200, """{"role":"viewer"}"""),
            new("GET", "groups/{0}/members", 200),
            new("DELETE", "groups/{0}/members/bystander", 204),
            new("PUT", "groups/{0}/group-mappings", 200, """{"oidcGroup":"team","role":"viewer"}"""),
            new("DELETE", "groups/{0}/group-mappings?oidcGroup=team", 204),
            new("POST", "groups/{0}/service-accounts", 201, """{"name":"made"}"""),
            new("GET", "groups/{0}/service-accounts", 200),
            new("DELETE", "groups/{0}/service-accounts/made", 204),
            new("POST", "groups/{0}/tokens", 201, """{"role":"viewer"}"""),
            new("GET", "groups/{0}/tokens", 200),
        ],
        [
            new("PATCH", "groups/{0}/settings", 200, "{}"),
            new("GET", "groups/{0}/audit", 200),
            new("PUT", "groups/{0}/policy/minimum-release-age", 204, """{"minimumReleaseAge":null}""", Below: 400),
        ],
        [
            new("POST", "groups/{0}/groups", 201, """{"name":"made"}""") { CleanUp = "groups/{0}%2Fmade" },
            new("POST", "groups/{0}/workspaces", 201, """{"name":"made"}""") { CleanUp = "groups/{0}%2Fmade" },
            new("PUT", "groups/{0}/name", 400, """{"name":"No name"}"""),
        ],
        [new("DELETE", "groups/{0}", 409)],
        [new("GET", "users", 200), new("GET", "audit", 200), new("POST", "groups", 409, """{"name":"root"}""")],
    ];

    /// <summary>
    /// One letter per column: documents, API, change the mirror, variables, members, settings, create below and rename, delete, and
    /// administer the instance. Allowed, Denied (403), Hidden (404), Sign in (401).
    /// </summary>
    [Theory]
    [InlineData(
        "anonymous", "own SSSSSSSSS", "below SSSSSSSSS", "parent SSSSSSSSS", "sibling SSSSSSSSS", "other SSSSSSSSS", "nowhere SSSSSSSSS")]
    [InlineData(
        "invalid token",
        "own SSSSSSSSS",
        "below SSSSSSSSS",
        "parent SSSSSSSSS",
        "sibling SSSSSSSSS",
        "other SSSSSSSSS",
        "nowhere SSSSSSSSS")]
    [InlineData(
        "none", "own HHHHHHHHD", "below HHHHHHHHD", "parent HHHHHHHHD", "sibling HHHHHHHHD", "other HHHHHHHHD", "nowhere HHHHHHHHD")]
    [InlineData(
        "viewer", "own AADDDDDDD", "below AADDDDDDD", "parent HHHHHHHHD", "sibling HHHHHHHHD", "other HHHHHHHHD", "nowhere HHHHHHHHD")]
    [InlineData(
        "deployer", "own AAAADDDDD", "below AAAADDDDD", "parent HHHHHHHHD", "sibling HHHHHHHHD", "other HHHHHHHHD", "nowhere HHHHHHHHD")]
    [InlineData(
        "owner", "own AAAAAAAAD", "below AAAAAAAAD", "parent HHHHHHHHD", "sibling HHHHHHHHD", "other HHHHHHHHD", "nowhere HHHHHHHHD")]
    [InlineData(
        "admin", "own AAAAAAAAA", "below AAAAAAAAA", "parent AAAAAAAAA", "sibling AAAAAAAAA", "other AAAAAAAAA", "nowhere HHHHHHHHA")]
    [InlineData(
        "administrator token",
        "own AAAAAAAAA", "below AAAAAAAAA", "parent AAAAAAAAA", "sibling AAAAAAAAA", "other AAAAAAAAA", "nowhere HHHHHHHHA")]
    [InlineData(
        "service account, none",
        "own HHHHHHHHD",
        "below HHHHHHHHD",
        "parent HHHHHHHHD",
        "sibling HHHHHHHHD",
        "other HHHHHHHHD",
        "nowhere HHHHHHHHD")]
    [InlineData(
        "service account, viewer",
        "own AADDDDDDD",
        "below AADDDDDDD",
        "parent HHHHHHHHD",
        "sibling HHHHHHHHD",
        "other HHHHHHHHD",
        "nowhere HHHHHHHHD")]
    [InlineData(
        "service account, deployer",
        "own AAAADDDDD",
        "below AAAADDDDD",
        "parent HHHHHHHHD",
        "sibling HHHHHHHHD",
        "other HHHHHHHHD",
        "nowhere HHHHHHHHD")]
    [InlineData(
        "service account, owner",
        "own AAAAAAAAD",
        "below AAAAAAAAD",
        "parent HHHHHHHHD",
        "sibling HHHHHHHHD",
        "other HHHHHHHHD",
        "nowhere HHHHHHHHD")]
    [InlineData(
        "job", "workspace AADDDDDDD", "own HHHHHHHHD", "below HHHHHHHHD", "parent HHHHHHHHD", "other HHHHHHHHD", "nowhere HHHHHHHHD")]
    public async Task Caller_OfEveryOperation_GetsTheStatusInTheTable(string caller, params string[] rows)
    {
        var wrong = new List<string>();
        foreach (string row in rows)
        {
            var (where, letters) = (row.Split(' ')[0], row.Split(' ')[1]);
            for (int column = 0; column < Columns.Length; column++)
            {
                foreach (var request in Columns[column])
                {
                    using var response = await SendAsync(table.Caller(caller), request, Path(where));
                    if (request.CleanUp is { } made && response.StatusCode == HttpStatusCode.Created)
                    {
                        using var undone = await SendAsync(table.Caller(caller), new Request("DELETE", made, 204), Path(where));
                        Assert.Equal(HttpStatusCode.NoContent, undone.StatusCode);
                    }

                    int expected = letters[column] switch
                    {
                        'A' => where is "parent" or "other" ? request.Allowed : request.Below ?? request.Allowed,
                        'D' => 403,
                        'H' => 404,
                        _ => 401,
                    };
                    if ((int)response.StatusCode != expected
                        || response.StatusCode == HttpStatusCode.Unauthorized != response.Headers.WwwAuthenticate.Count > 0)
                    {
                        wrong.Add($"{request.Method} {request.Url} at {where}: {(int)response.StatusCode}, not {expected}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>
    /// Clients request packages without credentials. Credentials in such a request reveal nothing more about what exists.
    /// </summary>
    [Theory]
    [InlineData("anonymous", 403, "own", "other", "nowhere")]
    [InlineData("none", 404, "own", "other", "nowhere")]
    [InlineData("service account, none", 404, "own", "other", "nowhere")]
    [InlineData("viewer", 404, "sibling", "other", "nowhere")]
    [InlineData("viewer", 200, "own", "below")]
    public async Task Package_WithoutALink_HasTheSameResponseForMissingGroups(string caller, int expected, params string[] places)
    {
        foreach (string where in places)
        {
            using var response = await table.Caller(caller).GetAsync(
                $"/v1/provider-mirror/providers/{Path(where)}/{RoleTable.Provider}/terraform-provider-hello_1.0.0_linux_amd64.zip");
            Assert.Equal((where, expected), (where, (int)response.StatusCode));
        }
    }

    private static string Path(string where) => where switch
    {
        "own" => "root/group",
        "below" => "root/group/below",
        "workspace" => "root/group/job",
        "parent" => "root",
        "sibling" => "root/sibling",
        "other" => "other",
        _ => "nowhere/at/all",
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Request request, string path)
    {
        string url = request.Url.StartsWith('/')
            ? request.Url.Replace("{0}", path, StringComparison.Ordinal)
            : "/api/v1/" + request.Url.Replace("{0}", Uri.EscapeDataString(path), StringComparison.Ordinal);
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        message.Content = request.SendsPackage ? new ByteArrayContent(ProviderZip.Make("hello", "two"))
            : request.Body is { } body ? new StringContent(body, System.Text.Encoding.UTF8, "application/json")
            : null;
        return await client.SendAsync(message);
    }

    /// <param name="Allowed">The status for a caller with permission.</param>
    /// <param name="Below">The status below root groups, if it differs.</param>
    private sealed record Request(string Method, string Url, int Allowed, string? Body = null, int? Below = null)
    {
        public bool SendsPackage { get; init; }

        /// <summary>The request that deletes what this one created.</summary>
        public string? CleanUp { get; init; }
    }
}
