using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>The <c>--json</c> output of each command of the real executable. Scripts depend on the properties and their order.</summary>
public sealed class JsonTests(PublishingCommandServer server) : IClassFixture<PublishingCommandServer>
{
    private const string Hello = CommandServer.Hello;
    private const string Key = "C874011F0AB405110D02105534365D9472D7468F";
    private const string Namespace = "path name kind automaticCaching[enabled setting inheritedFrom] anonymousRead role";
    private const string Principal = "principal[kind name]";
    private const string Platforms = "platforms[platform hashes size trust cachedAt cachedBy[kind name] lastUsedAt downloads archiveProblem]";

    private readonly HashSet<string> _shown = [];

    /// <summary>
    /// One test for all commands, so that each command finds the objects of the previous ones, and the last ones delete them.
    /// </summary>
    [Fact]
    public async Task Json_OfEveryCommand_HasItsProperties()
    {
        string bundle = server.Files.Combine("bundle.tar"), backup = server.Files.Combine("backup.tar");

        await ShowsAsync(
            "id group state error createdAt createdBy[kind name] endedAt packages[provider version platform state received size error]",
            $"sync --versions >=1.0 --platform linux_amd64 --platform darwin_arm64 {Hello}");
        await ShowsAsync(
            "items[provider version platforms trust signedBy cachedAt cachedBy[kind name] lastUsedAt size blockedBy] total",
            "list-versions default --search hello --sort version --take 1");
        await ShowsAsync(
            $"provider version trust proof[trust keyFingerprint keyOwner keyExpired keyPinned verifiedAt] cachedAt cachedBy[kind name] {Platforms} blockedBy",
            $"get-version {Hello} 1.0.0");
        await ShowsAsync(Platforms, $"list-platforms {Hello} 1.0.0");
        await ShowsAsync(
            "provider group version platform verdict[works cause summary advice] origin[hostname allowed mode automaticCaching automaticCachingFrom leftAlone checked tookMilliseconds askedAt listedAt failure isOwn] quarantine versions[version atOrigin originPlatforms storedPlatforms trust hiddenBecause revokedKey]",
            $"diagnose {Hello} 1.0.0 linux_amd64");
        await ShowsAsync(
            "path exported present failed through interrupted packages[provider version platform path outcome size error]",
            $"export {bundle}");
        await ShowsAsync(
            "imported unchanged failed interrupted packages[provider version platform path outcome hashes size warnings error] skipped",
            $"import {bundle}");
        await ShowsAsync("provider", $"refresh {Hello}");
        await ShowsAsync("workspace job exitCode packages", "run -- true");
        await ShowsAsync("checked packages checkedSize size findings ended", "verify");
        await ShowsAsync(
            "items[id at group action succeeded by[kind name] address provider version platform target detail run] next", "audit --take 1");
        await ShowsAsync("groupPath provider version platform", $"delete-platform default {Hello} 1.0.0 darwin_arm64 --yes");
        await ShowsAsync("groupPath provider version platform", $"delete-version default {Hello} 1.0.0 --yes");

        await ShowsAsync(
            "providers[items[provider versions newest size cachedAt lastUsedAt newestBlockedBy newestStable trust platforms] total] modules[items total] keys[items[provider fingerprint owner firstSeenAt versions pinned expired lastVerifiedAt algorithm expiresAt replacesAnother] total]",
            "search hello");
        await ShowsAsync(
            "items[provider fingerprint owner firstSeenAt versions pinned expired lastVerifiedAt algorithm expiresAt replacesAnother] total rules[provider fingerprints refusesNewKeys builtIn] pins",
            "key list");

        await ShowsAsync(Namespace, "group create platform");
        long rule = await ShowsAsync(
            "id kind provider versions comment position enabled createdAt createdBy changedAt changedBy", "policy deny hashicorp/aws --group-path platform --versions >=6.0 --comment later");
        await ShowsAsync("id kind provider versions comment position enabled createdAt createdBy changedAt changedBy", "policy allow hashicorp/* --group-path platform");
        await ShowsAsync("id kind provider versions comment position enabled createdAt createdBy changedAt changedBy", $"policy disable {rule} --group-path platform");
        await ShowsAsync("id kind provider versions comment position enabled createdAt createdBy changedAt changedBy", $"policy enable {rule} --group-path platform");
        await ShowsAsync("groupPath id position", $"policy move {rule} 2 --group-path platform");
        await ShowsAsync("groupPath minimumReleaseAge", "policy age 72h --group-path platform");
        await ShowsAsync("provider fingerprint comment createdAt createdBy", $"key pin hashicorp/aws {Key} --group-path platform");
        await ShowsAsync(
            "rules[id kind provider versions comment position enabled createdAt createdBy changedAt changedBy] minimumReleaseAge pins[provider fingerprint comment createdAt createdBy]",
            "policy list --group-path platform");
        await ShowsAsync("groupPath provider fingerprint", $"key unpin hashicorp/aws {Key} --group-path platform");
        await ShowsAsync("groupPath id", $"policy remove {rule} --group-path platform");
        await ShowsAsync($"items[{Namespace}]", "group list");
        await ShowsAsync(Namespace, "workspace create platform/network");
        await ShowsAsync($"items[{Namespace}]", "workspace list platform");
        await ShowsAsync(Namespace, "workspace rename platform/network net");
        await ShowsAsync(Namespace, "settings platform/net --automatic-caching on");
        await ShowsAsync("name principal role tokens lastUsedAt createdAt createdBy", "service-account create platform ci");
        await ShowsAsync("items[name principal role tokens lastUsedAt createdAt createdBy]", "service-account list platform");
        long trust = await ShowsAsync(
            "id issuer audience claims[sub] createdAt createdBy",
            "service-account trust add platform/ci --issuer https://issuer.example.com --audience mirror --claim sub=repo:example/*");
        await ShowsAsync("items[id issuer audience claims[sub] createdAt createdBy]", "service-account trust list platform/ci");
        await ShowsAsync("groupPath serviceAccount id", $"service-account trust remove platform/ci {trust}");
        await ShowsAsync($"{Principal} role from inherited", "member add platform platform/ci deployer");
        await ShowsAsync($"members[{Principal} role from inherited] groupMappings", "member list platform");
        long token = await ShowsAsync(
            $"id token name {Principal} role expiresAt", "token create --group-path platform --role viewer --expires 30d --name ci");
        await ShowsAsync($"items[id name {Principal} prefix createdAt createdBy expiresAt lastUsedAt]", "token list --group-path platform");
        await ShowsAsync("id", $"token revoke --group-path platform {token}");
        await ShowsAsync("groupPath name", "variable set platform TF_TOKEN_registry_example_net --sensitive", input: "a-token\n");
        await ShowsAsync("items[name host group inherited sensitive value changedAt changedBy]", "variable list platform");
        await ShowsAsync("groupPath name", "variable delete platform TF_TOKEN_registry_example_net");
        await ShowsAsync("groupPath host audience", "federation add platform registry.example.org --audience https://registry.example.org");
        await ShowsAsync("issuer items[host audience subject inherited createdAt createdBy]", "federation list platform");
        await ShowsAsync("groupPath host audience", "federation remove platform registry.example.org");
        await ShowsAsync("name password", "user create ada");
        await ShowsAsync("items[name admin local issuer passwordIsTemporary lockedUntil createdAt createdBy lastSignedInAt]", "user list");
        await ShowsAsync("name password", "user reset-password ada");
        await ShowsAsync("name", "user delete ada --yes");
        await ShowsAsync("path principal", "member remove platform platform/ci");
        await ShowsAsync("principal", "service-account delete platform ci --yes");
        await ShowRegistryAsync();
        await ShowsAsync("path", "workspace delete platform/net --yes");
        await ShowsAsync(Namespace, "group rename platform other");
        await ShowsAsync("path", "group delete other --yes");

        await ShowsAsync("path packages size gone writtenBy", $"backup {backup}");
        using var elsewhere = new TemporaryDirectory();
        await ShowsAsync("path packages size gone writtenBy", $"restore {backup}", directory: elsewhere.Path);

        string login = $"login {server.Mirror.Url} --profile story --token-stdin";
        await ShowsAsync("url profile path kind name", login, await server.Mirror.ReadAdminTokenAsync());
        await ShowsAsync("current items[name url authorityPath]", "profile list");
        await ShowsAsync("profile url", "profile use story");
        await ShowsAsync(
            "url source profile dataDirectory tokenSource version hostnames commandVersion ready storage account[kind name admin roles] readable problem",
            "status");
        await ShowsAsync("profile url", "logout");

        // The properties of migrate-data are the tables of the database; migrate-packages needs an object store, see Scale.
        Assert.Equal([], (await CommandTree.LeavesAsync()).Except([.. _shown, "serve", "completion", "migrate-data", "migrate-packages"]));
    }

    private async Task ShowRegistryAsync()
    {
        const string Name = "name group createdAt createdBy keys";
        const string SigningKey = "fingerprint owner algorithm state signsHere addedAt addedBy changedAt reason";
        using var dist = new TemporaryDirectory();
        new ReleaseFiles().WriteTo(dist.Path);
        string key = TestKeys.Publisher.Fingerprint;
        await ShowsAsync(Name, "registry-namespace create acme --group-path platform");
        await ShowsAsync($"items[{Name}]", "registry-namespace list --group-path platform");
        await ShowsAsync("source target createdAt createdBy", "route add registry.terraform.io/mycompany/* acme --group-path platform");
        await ShowsAsync("items[source target createdAt createdBy]", "route list --group-path platform");
        await ShowsAsync("groupPath source", "route remove registry.terraform.io/mycompany/* --group-path platform --yes");
        await ShowsAsync(SigningKey, "signing-key generate acme --owner Acme --group-path platform");
        await ShowsAsync(SigningKey, "signing-key add acme --group-path platform", TestKeys.Publisher.ArmoredPublicKey);
        await ShowsAsync($"items[{SigningKey}]", "signing-key list acme --group-path platform");
        await ShowsAsync(
            "provider version fingerprint protocols packages[platform hashes size warning]",
            $"publish provider {dist.Path} acme/dns 1.0.0 --group-path platform");
        await ShowsAsync(
            "source version message link createdAt createdBy", "deprecate acme/dns 1.0.0 --message old --group-path platform");
        await ShowsAsync("groupPath namespace fingerprint", $"signing-key retire acme {key} --group-path platform");
        await ShowsAsync("groupPath namespace fingerprint", $"signing-key revoke acme {key} --reason stolen --group-path platform --yes");
        using var module = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(module.Path, "main.tf"), "");
        const string Module = "package[module version format size sha256 cachedAt cachedBy[kind name] origin] isPublished deprecation documentation["
            + "root[path readme terraformVersion inputs outputs resources providers dependencies] submodules examples problems]";
        await ShowsAsync(Module, $"publish module {module.Path} acme/vpc/aws 1.0.0 --group-path platform");
        await ShowsAsync(Module, "get-module mirror.example.com/acme/vpc/aws 1.0.0 --group-path platform");
        await ShowsAsync("groupPath address version", "unpublish acme/vpc/aws 1.0.0 --group-path platform --yes");
        await ShowsAsync("groupPath address version", "unpublish acme/dns 1.0.0 --group-path platform --yes");
        await ShowModuleSourceAsync();
        await ShowsAsync("groupPath name", "registry-namespace delete acme --group-path platform --yes");
    }

    private async Task ShowModuleSourceAsync()
    {
        const string Source = "module repository forge tagPrefix subdirectory webhookUrl createdAt createdBy lastDeliveryAt lastTag lastProblem pendingTags";
        await ShowsAsync($"source[{Source}] secret", "module-source add acme/vpc/aws https://github.com/acme/vpc --group-path platform");
        await ShowsAsync($"source[{Source}] secret", "module-source secret acme/vpc/aws --group-path platform");
        await ShowsAsync($"items[{Source}]", "module-source list --group-path platform");
        await ShowsAsync("groupPath module", "module-source remove acme/vpc/aws --group-path platform");
        _shown.Add("module-source publish"); // It needs a Git server: see ModuleSourceTests.
    }

    /// <param name="directory">Null: the directory of the server.</param>
    /// <returns>The number in its output, if there is one.</returns>
    private async Task<long> ShowsAsync(string expected, string line, string input = "", string? directory = null)
    {
        string command = await CommandTree.FindAsync(line);
        string[] arguments = $"{command} --json{line[command.Length..]}".Split(' ');
        var run = (await ProgramRun.RunAsync(MirrorExecutable.Built.Start(directory ?? server.Mirror.WorkingDirectory, arguments), input: input)).AssertSuccess();
        Assert.True(expected == JsonShape.Of(run.Output), $"{line} printed:\n{JsonShape.Of(run.Output)}\n{run.Text}");
        Assert.True(run.Error.Length == 0, $"{line} said:\n{run.Error}");
        _shown.Add(command);
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.TryGetProperty("id", out var id) ? id.GetInt64() : 0;
    }
}
