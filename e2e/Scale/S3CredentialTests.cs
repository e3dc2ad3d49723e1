using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mirror.E2E.Processes;
using Mirror.Tests.Storage.Objects;

namespace Mirror.E2E.Scale;

/// <summary>Where the real executable takes the credentials of S3 from, without configured keys. The proxy of the environment is not used.</summary>
public sealed class S3CredentialTests
{
    [Fact]
    public Task Start_WithAWebIdentity_ExchangesItsToken() => StartAsync((url, files) => new()
    {
        ["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/mirror",
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = Write(files, "token", "header.payload.signature"),
        ["AWS_ENDPOINT_URL_STS"] = url,
        ["AWS_REGION"] = "us-east-1",
    });

    [Fact]
    public Task Start_InAContainer_UsesItsRole() => StartAsync((url, _) => new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url + "/container" });

    [Fact]
    public Task Start_OnAnInstance_UsesItsRole() => StartAsync((url, _) => new() { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = url });

    [Fact]
    public Task Start_WithAProfile_UsesItsKeys() => StartAsync((_, files) => new()
    {
        ["AWS_PROFILE"] = "mirror",
        ["AWS_SHARED_CREDENTIALS_FILE"] = Write(files, "credentials", "[mirror]\naws_access_key_id = S3RVER\naws_secret_access_key = S3RVER\n"),
    });

    /// <param name="credentials">The variables that name the credentials, from the URL of a server that issues them, and a directory.</param>
    private static async Task StartAsync(Func<string, TemporaryDirectory, Dictionary<string, string>> credentials)
    {
        using var files = new TemporaryDirectory();
        await using var issuer = await StartIssuerAsync();
        var environment = credentials(issuer.Urls.First(), files);
        environment["HOME"] = files.Path;
        environment["HTTP_PROXY"] = environment["HTTPS_PROXY"] = environment["http_proxy"] = environment["https_proxy"] = "http://127.0.0.1:1";

        await using var mirror = await MirrorProcess.StartAsync(
            MirrorExecutable.Built,
            environment,
            "--Mirror:Packages:Store=S3",
            $"--Mirror:Packages:S3:ServiceUrl={await S3Server.GetUrlAsync()}",
            $"--Mirror:Packages:S3:Bucket={S3Server.Bucket}",
            $"--Mirror:Packages:S3:Prefix=e2e/{Guid.NewGuid():N}");

        Assert.Equal("""{"status":"ready"}""", await mirror.Client.GetStringAsync("/health/ready"));
    }

    private static string Write(TemporaryDirectory files, string name, string content)
    {
        string path = files.Combine(name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>The metadata service of an instance, the credential endpoint of a container, and the security token service.</summary>
    private static async Task<WebApplication> StartIssuerAsync()
    {
        const string keys = "\"AccessKeyId\":\"S3RVER\",\"SecretAccessKey\":\"S3RVER\",\"Token\":\"session\",\"Expiration\":\"2099-01-01T00:00:00Z\"";
        const string roles = "/latest/meta-data/iam/security-credentials";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/container", () => Results.Text($"{{{keys}}}", "application/json"));
        app.MapPut("/latest/api/token", () => "metadata-token");
        app.MapGet(roles + "/", () => "mirror");
        app.MapGet(roles + "/mirror", () => Results.Text($"{{\"Code\":\"Success\",\"LastUpdated\":\"2026-01-01T00:00:00Z\",\"Type\":\"AWS-HMAC\",{keys}}}", "application/json"));
        app.MapPost("/", () => Results.Text(
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
            <Credentials><AccessKeyId>S3RVER</AccessKeyId><SecretAccessKey>S3RVER</SecretAccessKey><SessionToken>session</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
            <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
            """,
            "text/xml"));
        await app.StartAsync();
        return app;
    }
}
