using Mirror.E2E.Processes;

namespace Mirror.E2E.Commands;

/// <summary>
/// Errors of each command of the real executable: the exit code, no standard output, and a text on standard error that names the problem.
/// </summary>
public sealed class ErrorTests(PublishingCommandServer server) : IClassFixture<PublishingCommandServer>
{
    private const string Viewer = "{viewer}";
    private const string Hello = CommandServer.Hello;
    private const string NoGroup = "no group or workspace 'nowhere'";

    /// <summary>Exit code 2: the command line is invalid. 1: it is valid, but the command failed.</summary>
    public static TheoryData<int, string, string> Mistakes => new()
    {
        { 1, "Mirror:Upstream:Mode: 'Sometimes' is not valid; expected Fallback, Online or Offline", "serve --Mirror:Upstream:Mode=Sometimes" },
        { 2, "Unknown argument 'now'", "serve now" },
        { 2, "'newest' is not a version constraint", $"sync --versions newest {Hello}" },
        { 2, "'linux' is not a platform", $"sync --platform linux {Hello}" },
        { 2, "'aws' is not a provider source address", "sync aws" },
        { 2, "Name at least one provider", "sync" },
        { 1, NoGroup, $"sync --group-path nowhere {Hello}" },
        { 1, "could not be reached", $"sync {CommandServer.Unreachable}" },
        { 1, "Forbidden", $"sync {Hello} --group-path team --token {Viewer}" },
        { 1, "/dev/zero is larger than 1 MB", "sync --lock-file /dev/zero" },
        { 2, "--lock-file: '/etc' is a directory; expected a file", "sync --lock-file /etc" },
    };

    /// <summary>The same for the commands that do not fetch providers.</summary>
    public static TheoryData<int, string, string> MistakesOfAdministration => new()
    {
        { 1, NoGroup, "run --workspace nowhere -- echo ran" },
        { 2, "<command> is missing", "run" },
        { 127, "no-such-program: command not found", "run -- no-such-program" },
        { 2, "'hello' is not a provider source address", "refresh hello" },
        { 1, "Forbidden", $"refresh --group-path team --token {Viewer}" },
        { 2, "'linux' is not a platform", $"diagnose {Hello} 1.0.0 linux" },
        { 1, NoGroup, $"diagnose --group-path nowhere {Hello}" },
        { 2, "does not exist: '/no/such/place'", "import /no/such/place" },
        { 2, "'s3://bundles' is not the URL of an object; expected s3://BUCKET/KEY", "import s3://bundles" },
        { 2, "'https://example.com/a.tar' is not the URL of an object", "export https://example.com/a.tar" },
        { 2, "'gs://bundles/november' is not a bundle; expected a name such as 'gs://bundles/november.tar'", "export gs://bundles/november" },
        { 1, "contains no packages", "import data/staging" },
        { 1, "default contains no such packages", "export nothing.tar hashicorp/none" },
        { 2, "'/etc/hostname' is a file that is not a bundle", "export /etc/hostname" },
        { 2, "--since: 'yesterday' is not valid", "export nothing.tar --since yesterday" },
        { 1, NoGroup, "list-versions nowhere" },
        { 1, "no group or workspace 'secret'", $"list-versions secret --token {Viewer}" },
        { 2, "'colour'", "list-versions default --sort colour" },
        { 1, "9.9.9 is not stored", $"get-version {Hello} 9.9.9" },
        { 2, "'new' is not a version", $"get-version {Hello} new" },
        { 1, "9.9.9 is not stored", $"list-platforms {Hello} 9.9.9" },
        { 1, "9.9.9 is not stored", $"delete-version default {Hello} 9.9.9 --yes" },
        { 2, "confirm with --yes", $"delete-version default {Hello} 1.0.0" },
        { 2, "'linux' is not a platform", $"delete-platform default {Hello} 1.0.0 linux --yes" },
        { 1, "Forbidden", $"delete-platform team {Hello} 1.0.0 linux_amd64 --yes --token {Viewer}" },
        { 1, NoGroup, "search hello --group-path nowhere" },
        { 2, "<text> is missing", "search" },
        { 1, NoGroup, "policy list --group-path nowhere" },
        { 2, "'aws' is not a provider pattern", "policy allow aws" },
        { 1, "Forbidden", $"policy allow hashicorp/aws --group-path team --token {Viewer}" },
        { 2, "'newest' is not a version constraint", "policy deny hashicorp/aws --versions newest" },
        { 1, "no policy rule 7", "policy remove 7" },
        { 1, "no policy rule 7", "policy disable 7" },
        { 1, "no policy rule 7", "policy enable 7" },
        { 2, "'first' is not a place in the list", "policy move 7 first" },
        { 2, "'soon' is not a duration", "policy age soon" },
        { 1, NoGroup, "key list --group-path nowhere" },
        { 2, "'ABC' is not a key fingerprint", "key pin hashicorp/aws ABC" },
        { 1, "does not pin the key", "key unpin hashicorp/aws C874011F0AB405110D02105534365D9472D7468F" },
        { 2, "'perhaps'", "verify --repair perhaps" },
        { 1, "Forbidden", $"verify --token {Viewer}" },
        { 1, NoGroup, "audit nowhere" },
        { 2, "--from: 'soon' is not a time", "audit --from soon" },
        { 1, NoGroup, "settings nowhere" },
        { 2, "'maybe'", "settings default --automatic-caching maybe" },
        { 1, "Forbidden", $"settings team --automatic-caching on --token {Viewer}" },
        { 1, "'default' already exists", "group create default" },
        { 2, "'No.Path' is not a namespace path", "group create No.Path" },
        { 1, "Forbidden", $"group create own --token {Viewer}" },
        { 1, NoGroup, "group list nowhere" },
        { 2, "'A' is not a name", "group rename default A" },
        { 2, "confirm with --yes", "group delete default" },
        { 2, "needs a group; expected a path", "workspace create alone" },
        { 1, NoGroup, "workspace list nowhere" },
        { 1, "'default' is a group, not a workspace", "workspace rename default other" },
        { 1, "'default' is a group, not a workspace", "workspace delete default --yes" },
        { 1, "no user 'mallory'", "member add default mallory owner" },
        { 2, "'king'", "member add default mallory king" },
        { 1, "Forbidden", $"member add team mallory owner --token {Viewer}" },
        { 1, "'mallory' has no role granted", "member remove default mallory" },
        { 1, NoGroup, "member list nowhere" },
        { 2, "'A' is not the name of a service account", "service-account create A" },
        { 1, NoGroup, "service-account list nowhere" },
        { 1, "no service account 'none'", "service-account delete default/none --yes" },
        { 2, "--claim: 'repo' is not valid", "service-account trust add default/none --issuer https://issuer.example.com --audience mirror --claim repo" },
        { 1, "no service account 'none'", "service-account trust list default/none" },
        { 2, "'first' is not the number of a trusted issuer", "service-account trust remove default/none first" },
        { 1, NoGroup, "token create --group-path nowhere --role viewer" },
        { 2, "'king'", "token create --group-path default --role king" },
        { 2, "'soon' is not a duration", "token create --group-path default --role viewer --expires soon" },
        { 1, NoGroup, "token list --group-path nowhere" },
        { 2, "'seven' is not the number of a token", "token revoke seven" },
        { 1, "has a token 7", "token revoke --group-path default 7" },
        { 2, "'a/b' is not a user name", "user create a/b" },
        { 1, "Forbidden", $"user list --token {Viewer}" },
        { 1, "no user 'mallory'", "user delete mallory --yes" },
        { 1, "no user 'mallory'", "user reset-password mallory" },
        { 1, "Standard input contains no value", "variable set default TF_TOKEN_registry_example_net" },
        { 2, "not the name of a variable", "variable set default TOKEN" },
        { 1, NoGroup, "variable list nowhere" },
        { 1, "TF_TOKEN_registry_example_net", "variable delete default TF_TOKEN_registry_example_net" },
        { 2, "'no_host' is not a hostname", "federation add default no_host --audience registry" },
        { 2, "--audience", "federation add default registry.example.com" },
        { 1, NoGroup, "federation list nowhere" },
        { 1, "has no federated registry registry.example.com", "federation remove default registry.example.com" },
        { 2, "--authority: '/no/such/file' does not exist", "login mirror.example.com --authority /no/such/file" },
        { 1, "Standard input contains no token", "login https://mirror.example.com --token-stdin" },
        { 1, "There is no current profile", "logout" },
        { 2, "'now'", "profile list now" },
        { 1, "There is no profile 'prod'", "profile use prod" },
        { 2, "--url and --profile cannot be combined", "status --url https://mirror.example.com --profile prod" },
        { 1, "'/no/such/directory' does not exist", "backup /no/such/directory/backup.tar" },
        { 1, "Another mirror is using the data directory", "restore /etc/hostname" },
        { 2, "<file>: '/etc' is a directory; expected a file", "restore /etc" },
        { 2, "--to is not a connection string", "migrate-data --to nonsense" },
        { 2, "--to: '/no/such/file' does not exist", "migrate-packages --to /no/such/file" },
        { 1, "Another mirror is using the data directory", "migrate-data --to Host=db.example.com;Database=mirror" },
        { 2, "'tcsh'", "completion tcsh" },
        { 2, "'frobnicate' is not a command of 'mirror'", "frobnicate" },
        { 2, "did you mean list-versions?", "list-version default" },
        { 2, "did you mean --group-path?", $"sync --grup-path team {Hello}" },
        { 2, "did you mean cachedAt?", "list-versions --sort cacheAt" },
        { 1, "did you mean team?", $"list-versions taem --token {Viewer}" },
        { 2, "<group-path> is 'team' and --group-path is 'default'", "list-versions team --group-path default" },
        { 1, "1.2.3 is not stored", $"terraform-provider-mirror delete-version -force -group-path=default {Hello} 1.2.3" },
        { 2, "expected create, list, rename or delete", "group" },
    };

    /// <summary>The same for the commands of the registry.</summary>
    public static TheoryData<int, string, string> MistakesOfPublishing => new()
    {
        { 2, "'Acme' is not a registry namespace", "registry-namespace create Acme" },
        { 1, NoGroup, "registry-namespace list --group-path nowhere" },
        { 1, "no registry namespace 'none'", "registry-namespace delete none --yes" },
        { 2, "'acme/dns' is a provider; expected a module", "publish module /etc acme/dns 1.0.0" },
        { 2, "'/no/such/place' does not exist", "publish module /no/such/place acme/vpc/aws 1.0.0" },
        { 1, "The registry namespace 'none' does not exist", "publish module /etc/hostname none/vpc/aws 1.0.0" },
        { 1, "Forbidden", $"publish module /etc/hostname acme/vpc/aws 1.0.0 --group-path team --token {Viewer}" },
        { 2, "'aws' is not a module address", "get-module aws 1.0.0" },
        { 1, "acme/vpc/aws 1.0.0 is not stored", "get-module acme/vpc/aws 1.0.0" },
        { 1, NoGroup, "get-module --group-path nowhere acme/vpc/aws 1.0.0" },
        { 2, "Give either --message or --clear", "deprecate acme/dns" },
        { 1, "does not contain 'terraform-provider-dns_1.0.0_SHA256SUMS'", "publish provider data acme/dns 1.0.0" },
        { 2, "confirm with --yes", "unpublish acme/dns 1.0.0" },
        { 1, "no registry namespace 'none'", "signing-key list none" },
        { 1, "no registry namespace 'none'", "signing-key generate none --owner Acme" },
        { 2, "cannot be combined with a file", "signing-key add acme /etc/hostname --private" },
        { 2, "'ABC' is not a key fingerprint", "signing-key retire acme ABC" },
        { 2, "'ABC' is not a key fingerprint", "signing-key revoke acme ABC --reason stolen --yes" },
        { 2, "'acme/vpc' is the address of a provider", "module-source add acme/vpc https://github.com/acme/vpc" },
        { 2, "'svn' is not valid for --forge", "module-source add acme/vpc/aws https://github.com/acme/vpc --forge svn" },
        { 1, NoGroup, "module-source list --group-path nowhere" },
        { 1, NoGroup, "module-source remove acme/vpc/aws --group-path nowhere" },
        { 1, NoGroup, "module-source secret acme/vpc/aws --group-path nowhere" },
        { 2, "<tag> is missing", "module-source publish acme/vpc/aws" },
        { 1, "no registry namespace 'none'", "route add registry.terraform.io/mycompany/* none" },
        { 2, "'a.b.c' is not a namespace of a registry", "route add a.b.c acme" },
        { 1, NoGroup, "route list --group-path nowhere" },
        { 1, "does not route registry.terraform.io/mycompany/*", "route remove mycompany --yes" },
        { 1, "Forbidden", $"route remove mycompany --yes --group-path team --token {Viewer}" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    [MemberData(nameof(MistakesOfPublishing))]
    [MemberData(nameof(MistakesOfAdministration))]
    public async Task Error_OfACommand_IsOnStandardErrorWithItsExitCode(int code, string expected, string line)
    {
        string command = line.Contains(Viewer, StringComparison.Ordinal)
            ? line.Replace(Viewer, await server.ViewerTokenAsync(), StringComparison.Ordinal)
            : line;

        var run = await server.RunAsync([.. command.Split(' ')]);

        Assert.True((code, "") == (run.ExitCode, run.Output), run.Text);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_InTheTable_CoverEveryCommand()
    {
        var lines = Mistakes.Concat(MistakesOfAdministration).Concat(MistakesOfPublishing).Select(row => (string)row[2]).ToList();

        Assert.DoesNotContain(
            await CommandTree.LeavesAsync(),
            command => !lines.Any(line => line == command || line.StartsWith(command + ' ', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Server_UnavailableOrDenyingAccess_IsReportedWithInstructions()
    {
        string url = server.Mirror.Url.ToString();
        Task<ProgramRun> RunElsewhereAsync(params string[] command) => MirrorExecutable.Built.RunAsync(server.Files.Path, command);

        var anonymous = await RunElsewhereAsync("refresh", "--url", url);
        var wrong = await RunElsewhereAsync("sync", Hello, "--url", url, "--token", "wrong");
        var closed = await RunElsewhereAsync("list-versions", "default", "--url", "http://127.0.0.1:1");

        Assert.Equal((1, 1, 1), (anonymous.ExitCode, wrong.ExitCode, closed.ExitCode));
        Assert.Contains("MIRROR_TOKEN", anonymous.Error, StringComparison.Ordinal);
        Assert.Contains("does not accept the token. Check the value of --token.", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("mirror serve", closed.Error, StringComparison.Ordinal);
    }

    /// <summary>A token has the permissions of its role: a viewer can read, and can run commands that change nothing.</summary>
    [Fact]
    public async Task Token_OfAViewer_ReadsItsGroup()
    {
        string token = await server.ViewerTokenAsync();

        var read = await server.RunAsync("list-versions", "team", "--token", token);
        var run = await server.RunAsync("run", "--workspace", "team", "--token", token, "--", "echo", "ran");

        Assert.Equal((0, 0), (read.ExitCode, run.ExitCode));
        Assert.StartsWith("ran\nProvider caching summary...\n", run.Output, StringComparison.Ordinal);
    }
}
