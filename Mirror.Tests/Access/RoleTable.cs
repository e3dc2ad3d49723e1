using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Web.Contracts;
using Xunit;

namespace Mirror.Tests.Access;

/// <summary>
/// A server without anonymous read access, with <c>root</c> (<c>group</c>, where the roles are granted, and in it <c>below</c> and the
/// job's workspace <c>job</c>; <c>sibling</c>) and <c>other</c>, and one caller for each kind of principal.
/// </summary>
public sealed class RoleTable : IAsyncLifetime
{
    public const string Provider = "registry.example.com/example/hello";
    private readonly Dictionary<string, HttpClient> _callers = [];
    private MirrorServer _server = null!;

    public HttpClient Caller(string name) => _callers[name];

    public async Task InitializeAsync()
    {
        // One of the callers fails more often than the limit per minute allows.
        _server = await MirrorServer.StartAsync(options =>
            options with { Auth = options.Auth with { AnonymousRead = false }, RateLimit = new RateLimitOptions { FailuresPerMinute = 100_000 } });
        // Each contains something, so that it cannot be deleted without the force parameter.
        await _server.AddNamespacesAsync(
            "root", "root/group", "root/group/below", "root/group/below/x*", "root/group/job*", "root/sibling", "root/sibling/x*", "other");
        await ImportAsync("root");
        await ImportAsync("other");
        await _server.AddUserAsync("bystander");
        _callers["anonymous"] = _server.Client;
        _callers["none"] = await _server.AddUserAsync("none");
        _callers["viewer"] = await _server.AddUserAsync("viewer", Role.Viewer, "root/group");
        _callers["deployer"] = await _server.AddUserAsync("deployer", Role.Deployer, "root/group");
        _callers["owner"] = await _server.AddUserAsync("owner", Role.Owner, "root/group");
        _callers["admin"] = await _server.AddUserAsync("admin", isAdmin: true);
        _callers["administrator token"] = _server.AdminClient;
        var job = await new MirrorClient(_callers["viewer"]).CreateJobAsync(
            NamespacePath.Parse("root/group/job"), null, CancellationToken.None);
        _callers["job"] = _server.CreateClient(job.Token);
        foreach (string role in new[] { "viewer", "deployer", "owner" })
        {
            var token = await new MirrorClient(_server.AdminClient).CreateTokenAsync(
                NamespacePath.Parse("root/group"),
                new NewServiceAccountToken(role, Enum.Parse<Role>(role, ignoreCase: true), null, null),
                CancellationToken.None);
            _callers[$"service account, {role}"] = _server.CreateClient(token.Token);
        }

        var withoutRole = await new MirrorClient(_server.AdminClient).CreateTokenAsync(
            NamespacePath.Parse("other"), new NewServiceAccountToken("ci", Role.Viewer, null, null), CancellationToken.None);
        await new MirrorClient(_server.AdminClient).RemoveMemberAsync(
            NamespacePath.Parse("other"), PrincipalName.Parse("other/ci"), CancellationToken.None);
        _callers["service account, none"] = _server.CreateClient(withoutRole.Token);
        _callers["invalid token"] = _server.CreateClient("mirror_" + new string('x', 43));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task ImportAsync(string group)
    {
        using var package = new ByteArrayContent(ProviderZip.Make("hello"));
        await new MirrorClient(_server.AdminClient).ImportPackageAsync(
            NamespacePath.Parse(group),
            ProviderAddress.Parse(Provider),
            ProviderVersion.Parse("1.0.0"),
            Platform.Parse("linux_amd64"),
            package,
            CancellationToken.None);
    }
}
