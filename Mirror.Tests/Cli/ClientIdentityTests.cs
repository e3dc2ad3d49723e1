using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Commands;

namespace Mirror.Tests.Cli;

/// <summary>Commands at a server that requires client certificates.</summary>
public sealed class ClientIdentityTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-identity-");
    private readonly TestAuthority _authority = new("Clients");
    private readonly UserHome _home = new();

    private MirrorServer Server { get; set; } = null!;

    private string Url => Server.HttpsUrl.ToString();

    private string Certificate => Path.Combine(_directory.FullName, "client.pem");

    private string Key => Path.Combine(_directory.FullName, "client.key");

    public async Task InitializeAsync()
    {
        using var client = _authority.ForClient();
        await File.WriteAllTextAsync(Certificate, client.ExportCertificatePem());
        await File.WriteAllTextAsync(Key, TestAuthority.KeyPemOf(client));
        string authorities = Path.Combine(_directory.FullName, "authority.pem");
        await File.WriteAllTextAsync(authorities, _authority.Pem);
        Server = await MirrorServer.StartAsync(options => options with
        {
            Tls = new TlsOptions { ClientCertificates = ClientCertificatePolicy.Require, ClientAuthorityPath = authorities },
        });
        // Its authority and its token are found there.
        _home.WithDataDirectory(Server.DataDirectory);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose()
    {
        _home.Dispose();
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Command_WithTheVariables_PresentsTheCertificate()
    {
        string both = Path.Combine(_directory.FullName, "both.pem");
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(Certificate) + "\n" + await File.ReadAllTextAsync(Key));

        var apart = await RunAsync([$"MIRROR_CLIENT_CERTIFICATE={Certificate}", $"MIRROR_CLIENT_KEY={Key}"], "list-versions", "default", "--url", Url);
        var together = await RunAsync([$"MIRROR_CLIENT_CERTIFICATE={both}"], "list-versions", "default", "--url", Url);

        Assert.Equal((0, "", 0, ""), (apart.ExitCode, apart.Error, together.ExitCode, together.Error));
    }

    [Fact]
    public async Task Command_WithoutACertificate_SaysWhatToSet()
    {
        var result = await RunAsync([], "list-versions", "default", "--url", Url);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains($"{Url} requests a client certificate", result.Error, StringComparison.Ordinal);
        Assert.Contains("MIRROR_CLIENT_CERTIFICATE and MIRROR_CLIENT_KEY", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithACertificateThatTheServerRefuses_NamesItsFile()
    {
        using var others = new TestAuthority("Others");
        using var foreign = others.ForClient();
        await File.WriteAllTextAsync(Certificate, TestAuthority.PemOf(foreign));

        var result = await RunAsync([$"MIRROR_CLIENT_CERTIFICATE={Certificate}"], "list-versions", "default", "--url", Url);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"the certificate in '{Certificate}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_WithACertificate_StoresItForCommandsThatFollow()
    {
        var login = await CommandLine.RunAsync(
            _home.Environment() with { Input = new StringReader(Server.AdminToken) },
            "login", Url, "--token-stdin", "--client-certificate", Certificate, "--client-key", Key, "--profile", "prod");
        var list = await RunAsync([], "list-versions", "default");
        File.Delete(Key);
        var without = await RunAsync([], "list-versions", "default");

        Assert.Equal((0, "", 0, ""), (login.ExitCode, login.Error, list.ExitCode, list.Error));
        var profile = _home.Store.Read().Profiles["prod"];
        Assert.Equal((Certificate, Key), (profile.ClientCertificatePath, profile.ClientKeyPath));
        Assert.Equal(1, without.ExitCode);
        Assert.Contains($"The key of the profile 'prod': '{Key}' does not exist", without.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "MIRROR_CLIENT_CERTIFICATE: '/no/such/file' does not exist", "MIRROR_CLIENT_CERTIFICATE=/no/such/file", "status")]
    [InlineData(2, "MIRROR_CLIENT_KEY is set, but MIRROR_CLIENT_CERTIFICATE is not", "MIRROR_CLIENT_KEY=/no/such/file", "status")]
    [InlineData(2, "--client-certificate: '/no/such/file' does not exist", "A=", "login", "localhost", "--client-certificate", "/no/such/file")]
    [InlineData(2, "--client-key requires --client-certificate", "A=", "login", "localhost", "--client-key", "/dev/null")]
    public async Task Certificate_ThatCannotBeUsed_IsReportedByItsName(int code, string expected, string variable, params string[] args)
    {
        var result = await RunAsync([variable], args);

        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_OnTheMachineOfTheServer_NeedsNoCertificate()
    {
        var status = await RunAsync([], "status", "--json");

        Assert.Equal((0, Server.Url.ToString()), (status.ExitCode, (string)status.Json["url"]!));
        Assert.Equal([Server.Url, Server.HttpsUrl], ServerFile.Read(ServerFile.PathIn(Server.DataDirectory))!.Urls);
    }

    [Fact]
    public async Task Command_AtADemo_NeedsNoCertificate()
    {
        using var user = new UserHome();
        await using var demonstration = await Demonstration.StartAsync(Server.Host.Options, keepData: true);

        bool isAnnounced = demonstration.Announce(user.UserDirectory, Server.Host.Urls);
        var status = await CommandLine.RunAsync(user.Environment(), "status", "--json");

        Assert.True(isAnnounced);
        Assert.Equal((0, "demo", Server.Url.ToString()), (status.ExitCode, (string)status.Json["source"]!, (string)status.Json["url"]!));
    }

    private Task<CommandResult> RunAsync(string[] variables, params string[] args) =>
        CommandLine.RunAsync(_home.Environment(variables), args);
}
