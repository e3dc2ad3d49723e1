using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Features.Registry;

public sealed class ModulePublishingTests
{
    private const string Versions = "/api/v1/groups/default/registry/modules/acme/vpc/aws/versions/";
    private const string Module = $"/api/v1/groups/default/modules/{PublishingServer.Host}/acme/vpc/aws/versions";
    private const string Protocol = $"/v1/registries/{PublishingServer.Host}/modules/acme/vpc/aws/";

    private static readonly byte[] Archive = ModuleTar.Make(
        ("README.md", "# VPC"),
        ("main.tf", "variable \"cidr\" { type = string }\nmodule \"x\" { source = \"git::https://example.com/x.git\" }\n"));

    [Theory]
    [InlineData("application/gzip", "tar.gz")]
    [InlineData("application/octet-stream", "zip")]
    [InlineData(null, "tar.gz")]
    public async Task Post_RawArchive_IsServedByTheProtocolAndDescribed(string? mediaType, string format)
    {
        byte[] archive = format == "zip" ? FakeModuleVersion.Zip(("main.tf", "variable \"cidr\" { type = string }")) : Archive;
        await using var server = await PublishingServer.StartAsync();
        using var content = new ByteArrayContent(archive);
        content.Headers.ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType);

        using var answer = await server.AdminClient.PostAsync(Versions + "1.2.0", content);

        Assert.Equal((HttpStatusCode.Created, Module + "/1.2.0"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        var details = JsonNode.Parse(await server.AdminClient.GetStringAsync(answer.Headers.Location))!;
        Assert.Equal(details.ToJsonString(), JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.ToJsonString());
        Assert.Equal(
            (true, null, Sha256Digest.Of(archive).Hex, "cidr"),
            ((bool)details["isPublished"]!, (string?)details["deprecation"]?["message"], (string?)details["package"]!["sha256"],
                (string?)details["documentation"]!["root"]!["inputs"]![0]!["name"]));
        var versions = JsonNode.Parse(await server.Client.GetStringAsync(Protocol + "versions"))!;
        Assert.Equal("1.2.0", (string?)versions["modules"]![0]!["versions"]!.AsArray().Single()!["version"]);
        using var location = await server.Client.GetAsync(Protocol + "1.2.0/download");
        Assert.Equal($"./module.{format}", location.Headers.GetValues("X-Terraform-Get").Single());
        Assert.Equal(archive, await server.Client.GetByteArrayAsync($"{Protocol}1.2.0/module.{format}"));
    }

    [Fact]
    public async Task Post_Form_PublishesItsFile()
    {
        await using var server = await PublishingServer.StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a comment"), "comment" },
            { new ByteArrayContent(Archive), "file", "vpc.tgz" },
        };

        using var answer = await server.AdminClient.PostAsync(Versions + "1.0.0", form);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var list = JsonNode.Parse(await server.AdminClient.GetStringAsync(Module))!;
        Assert.Equal(Sha256Digest.Of(Archive).Hex, (string?)list["items"]!.AsArray().Single()!["sha256"]);
    }

    public static TheoryData<string, string, string> Malformed() => new()
    {
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=comment\r\n\r\ntext\r\n--b--\r\n", "has no file" },
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nPK", "incomplete or malformed" },
        { "multipart/form-data; boundary=b", "nothing", "incomplete or malformed" },
        { "multipart/form-data", "nothing", "expected a boundary" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Post_MalformedForm_IsInvalid(string contentType, string body, string message)
    {
        await using var server = await PublishingServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await server.AdminClient.PostAsync(Versions + "1.0.0", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await PublishingServer.AssertNothingAsync(server);
    }

    [Theory]
    [InlineData("1.0.0", "an error page", HttpStatusCode.UnprocessableEntity, "neither a tar.gz nor a zip archive")]
    [InlineData("1.0.0", "", HttpStatusCode.UnprocessableEntity, "neither a tar.gz nor a zip archive")]
    [InlineData("1.0.0", "BZh9", HttpStatusCode.UnprocessableEntity, "tar.bz2 archives cannot be read here")]
    [InlineData("v1.0.0", "PK", HttpStatusCode.BadRequest, "'v1.0.0' is not a version")]
    public async Task Post_Unusable_IsRefusedWithTheReason(string version, string body, HttpStatusCode expected, string message)
    {
        await using var server = await PublishingServer.StartAsync();

        using var answer = await server.AdminClient.PostAsync(Versions + version, new ByteArrayContent(Encoding.ASCII.GetBytes(body)));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await PublishingServer.AssertNothingAsync(server);
    }

    [Fact]
    public async Task Post_ExistingVersion_Conflicts()
    {
        await using var server = await PublishingServer.StartAsync();
        await PublishAsync(server, "1.0.0");

        using var again = await server.AdminClient.PostAsync(Versions + "1.0.0", new ByteArrayContent(Archive));

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    /// <summary>The connection breaks in the middle of the upload.</summary>
    [Fact]
    public async Task Post_Truncated_LeavesNothing()
    {
        await using var server = await PublishingServer.StartAsync();
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(server.Url.Host, server.Url.Port);
        byte[] head = Encoding.ASCII.GetBytes(
            $"POST {Versions}1.0.0 HTTP/1.1\r\nHost: {server.Url.Authority}\r\nAuthorization: Bearer {server.AdminToken}\r\nContent-Length: {Archive.Length + 100}\r\n\r\n");
        await connection.GetStream().WriteAsync(head);
        await connection.GetStream().WriteAsync(Archive);
        // The server has begun to read.
        await Eventually.TrueAsync(() => Directory.GetFiles(server.Host.Options.StagingDirectory).Length > 0);
        connection.Close();

        await server.WhenAnsweredAsync();
        await PublishingServer.AssertNothingAsync(server);
    }

    [Theory]
    [InlineData("viewer", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("deployer", HttpStatusCode.Created, HttpStatusCode.Forbidden)]
    [InlineData("owner", HttpStatusCode.Created, HttpStatusCode.NoContent)]
    public async Task Roles_DeployersPublish_OwnersDelete(string role, HttpStatusCode published, HttpStatusCode deleted)
    {
        await using var server = await PublishingServer.StartAsync();
        await PublishAsync(server, "0.9.0");
        string token = (string)(await CommandLine.RunAsync(
            server, "token", "create", "--group-path", "default", "--role", role, "--json")).Json["token"]!;
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var publication = await client.PostAsync(Versions + "1.0.0", new ByteArrayContent(Archive));
        using var deletion = await client.DeleteAsync(Module + "/0.9.0");

        Assert.Equal((published, deleted), (publication.StatusCode, deletion.StatusCode));
    }

    [Fact]
    public async Task Deprecation_OfAVersion_IsInItsDetailsUntilItIsDeleted()
    {
        await using var server = await PublishingServer.StartAsync();
        await PublishAsync(server, "1.0.0");
        Assert.Equal(0, (await CommandLine.RunAsync(server, "deprecate", "acme/vpc/aws", "1.0.0", "--message", "Use 2.0.0.")).ExitCode);

        var deprecated = JsonNode.Parse(await server.AdminClient.GetStringAsync(Module + "/1.0.0"))!;
        using var deleted = await server.AdminClient.DeleteAsync(Module + "/1.0.0");

        Assert.Equal("Use 2.0.0.", (string?)deprecated["deprecation"]!["message"]);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Deprecations.ToListAsync()));
    }

    private static async Task PublishAsync(MirrorServer server, string version)
    {
        using var answer = await server.AdminClient.PostAsync(Versions + version, new ByteArrayContent(Archive));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
