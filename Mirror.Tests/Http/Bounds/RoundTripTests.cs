using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Http.Bounds;

/// <summary>A document that is read can be sent back with the same property names, and changes nothing.</summary>
public sealed class RoundTripTests
{
    private const string Group = "/api/v1/groups/{group}";

    // Passwords are never returned. A proof is sent back as a whole (ExportCommandTests). Deprecations need something published
    // (RegistryNamespaceTests).
    private static readonly string[] Others =
    [
        "PUT /api/v1/user/password",
        $"PUT {Group}/providers/{{hostname}}/{{namespace}}/{{type}}/versions/{{version}}/proof",
        $"PUT {Group}/registry/providers/{{namespace}}/{{type}}/deprecation",
        $"PUT {Group}/registry/providers/{{namespace}}/{{type}}/versions/{{version}}/deprecation",
        $"PUT {Group}/registry/modules/{{namespace}}/{{name}}/{{system}}/deprecation",
        $"PUT {Group}/registry/modules/{{namespace}}/{{name}}/{{system}}/versions/{{version}}/deprecation",
    ];

    private static readonly RoundTrip[] Trips =
    [
        new($"PUT {Group}/policy/minimum-release-age", $"{Group}/policy", []),
        new($"PUT {Group}/policy/rules/{{id}}", $"{Group}/policy", ["rules", "0"]),
        new($"PUT {Group}/policy/rules/{{id}}/position", $"{Group}/policy", ["rules", "0"]),
        new($"PATCH {Group}/settings", Group, []),
        new($"PUT {Group}/name", Group, []),
        new($"PUT {Group}/members/{{principal}}", $"{Group}/members", ["members", "0"]),
        new($"PUT {Group}/group-mappings", $"{Group}/members", ["groupMappings", "0"]),
        new($"PUT {Group}/variables/{{name}}", $"{Group}/variables", ["items", "0"]),
        new($"PUT {Group}/federated-registries/{{host}}", $"{Group}/federated-registries", ["items", "0"]),
        new("PATCH /api/v1/users/{name}", "/api/v1/users/{name}", []),
    ];

    [Fact]
    public async Task Document_SentBackUnchanged_ChangesNothing()
    {
        await using var server = await MirrorServer.StartAsync();
        await server.AddNamespacesAsync("platform");
        await server.AddUserAsync("alice", Role.Viewer, "platform", isAdmin: true);
        await PutAsync(server, "policy/minimum-release-age", new { minimumReleaseAge = "36h" });
        using (var added = await server.AdminClient.PostAsJsonAsync("/api/v1/groups/platform/policy/rules", new { kind = "deny", provider = "community/*" }))
        {
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }

        await PutAsync(server, "group-mappings", new { oidcGroup = "team", role = "deployer" });
        await PutAsync(server, "variables/TF_TOKEN_registry_example_com", new { value = "something", sensitive = false });
        await PutAsync(server, "federated-registries/registry.example.com", new { audience = "mirror" });
        var operations = (await ApiOperation.ReadAsync(server.Client))
            .Where(operation => operation.Method is "PUT" or "PATCH" && operation.Body is not null)
            .ToList();

        var faults = new List<string>();
        foreach (var operation in operations)
        {
            if (Trips.FirstOrDefault(trip => trip.Operation == $"{operation}") is not { } trip)
            {
                if (!Others.Contains($"{operation}"))
                {
                    faults.Add($"{operation} is not tried here");
                }

                continue;
            }

            var before = await ReadAsync(server, trip.Document);
            var told = trip.Item.Aggregate(before, (node, part) => int.TryParse(part, out int index) ? node[index]! : node[part]!)
                .AsObject();
            var members = operation.Resolve(operation.Body!)["properties"]!.AsObject().Select(member => member.Key);
            var body = new JsonObject(members.Select(name => KeyValuePair.Create(name, told[name]?.DeepClone())));
            using var answer = await server.AdminClient.SendAsync(
                new HttpRequestMessage(new HttpMethod(operation.Method), Address(operation.Path)) { Content = JsonContent.Create(body) });
            var after = await ReadAsync(server, trip.Document);
            if (!answer.IsSuccessStatusCode || Normal(after) != Normal(before))
            {
                faults.Add($"{operation} with {body.ToJsonString()}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}; before: {before.ToJsonString()}, after: {after.ToJsonString()}");
            }
        }

        Assert.Equal(Trips.Length + Others.Length, operations.Count);
        Assert.Empty(faults);
    }

    private static string Address(string path) => path
        .Replace("{group}", "platform", StringComparison.Ordinal)
        .Replace("{principal}", "alice", StringComparison.Ordinal)
        .Replace("users/{name}", "users/alice", StringComparison.Ordinal)
        .Replace("{name}", "TF_TOKEN_registry_example_com", StringComparison.Ordinal)
        .Replace("{host}", "registry.example.com", StringComparison.Ordinal)
        .Replace("{id}", "1", StringComparison.Ordinal);

    /// <summary>Removes the time of the last change and its author.</summary>
    private static string Normal(JsonNode document) =>
        string.Join(
            '\n',
            document.ToJsonString().Split(',').Where(part => !part.Contains("\"changed", StringComparison.Ordinal)
                && !part.Contains("createdAt", StringComparison.Ordinal)));

    private static async Task<JsonNode> ReadAsync(MirrorServer server, string path) =>
        (await server.AdminClient.GetFromJsonAsync<JsonNode>(Address(path)))!;

    private static async Task PutAsync(MirrorServer server, string path, object body)
    {
        using var answer = await server.AdminClient.PutAsJsonAsync($"/api/v1/groups/platform/{path}", body);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    /// <param name="Operation">Method and path.</param>
    /// <param name="Document">The path of the document with the same properties.</param>
    /// <param name="Item">The path in the document.</param>
    private sealed record RoundTrip(string Operation, string Document, string[] Item);
}
