namespace Mirror.E2E.Browser;

/// <summary>A page of the UI that is checked in every theme and width. A new page needs an entry here.</summary>
/// <param name="Name">The name of its screenshots.</param>
/// <param name="Heading">A part of its first heading.</param>
/// <param name="SignedIn">Only signed-in users can see it.</param>
/// <param name="HasCircuit">False: it is a static document, like all pages that set cookies.</param>
public sealed record UiPage(string Name, string Url, string Heading, bool SignedIn = false, bool HasCircuit = true)
{
    /// <summary>A namespace and a version of maximum length. The type must leave space for both in the name of a file.</summary>
    public static string LongName { get; } =
        $"registry.of-an-example-with-a-long-name.example.com/{"long-namespace".PadRight(128, 'n')}/{"long-type".PadRight(64, 't')}";

    public static string LongVersion { get; } = "1.2.3-alpha.".PadRight(128, '1');

    private const string Module = "groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.2.0";

    public static IReadOnlyList<UiPage> All { get; } = [
        new("provider-mirrors", "groups/default/-/provider-mirrors", "Provider Mirrors"),
        new("providers", "groups/default/-/provider-mirrors?view=providers", "Provider Mirrors"),
        new("provider-mirrors-filtered", "groups/default/-/provider-mirrors?trust=verified&platform=linux_amd64&hidden=no&from=soon", "Provider Mirrors"),
        new("provider-mirrors-selectable", "groups/default/-/provider-mirrors", "Provider Mirrors", true),
        new("no-match", "groups/default/-/provider-mirrors?q=nothing+like+it", "Provider Mirrors"),
        new("version", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0?platform=linux_amd64", "example/hello"),
        new("version-trust", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0?tab=trust", "example/hello"),
        new("version-use", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0?tab=use", "example/hello"),
        new("version-activity", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0?tab=activity", "example/hello", true),
        new("hidden-version", "groups/default/-/provider-mirrors/registry.example.com/community/weather/0.4.0-beta.1", "community/weather"),
        new("imported-version", "groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/vault/4.2.0", "hashicorp/vault"),
        new("compare", "groups/default/-/compare/registry.example.com/example/hello", "Compare versions"),
        new("overview", "groups/default/-/overview", "Overview"),
        new("use-this-mirror", "groups/default/-/use-this-mirror", "Use this mirror"),
        new("use-network-mirror", "groups/platform/network/-/use-this-mirror?client=opentofu&way=network", "Use this mirror", true),
        new("use-with-token", "groups/platform/network/-/use-this-mirror?client=terragrunt", "Use this mirror", true),
        new("provider", "groups/default/-/providers/registry.example.com/example/hello?version=2.0.0&platform=linux_386", "example/hello"),
        new("activity-refused", "groups/default/-/activity", "Activity"),
        new("settings-refused", "groups/default/-/settings", "Only owners see the settings"),
        new("sign-in", "sign-in", "Sign in", HasCircuit: false),
        new("documentation", "docs/operations", "Operations", HasCircuit: false),
        new("documentation-unknown", "docs/nothing", "does not exist", HasCircuit: false),
        new("not-found", "no/such/page", "Page not found"),
        new("unknown-group", "groups/nowhere/-/provider-mirrors", "There is no group nowhere"),
        new("version-deletable", "groups/default/-/provider-mirrors/registry.example.com/example/hello/2.0.0", "example/hello", true),
        new("long-names", "groups/archive/-/provider-mirrors", "Provider Mirrors", true),
        new("long-provider", $"groups/archive/-/providers/{LongName}?version={LongVersion}", "long-type", true),
        new("long-version", $"groups/archive/-/provider-mirrors/{LongName}/{LongVersion}", "long-type", true),
        new("workspace", "groups/platform/network/production/-/provider-mirrors", "Provider Mirrors", true),
        new("overview-member", "groups/default/-/overview", "Overview", true),
        new("syncs", "groups/default/-/syncs", "Syncs", true),
        new("sync", "groups/default/-/syncs/1", "Sync 1", true),
        new("activity", "groups/default/-/activity", "Activity", true),
        new("policy", "groups/default/-/policy", "Policy", true),
        new("trusted-keys", "groups/default/-/trusted-keys", "Trusted keys", true),
        new("registry-visitor", "groups/default/-/registry", "Registry"),
        new("registry", "groups/default/-/registry", "Registry", true),
        new("registry-modules", "groups/default/-/registry?tab=modules", "Registry", true),
        new("registry-routes", "groups/default/-/registry?tab=routes", "Registry", true),
        new("registry-sources", "groups/default/-/registry?tab=sources", "Registry", true),
        new("registry-empty", "groups/archive/-/registry", "Registry", true),
        new("signing-keys", "groups/default/-/registry/namespaces/acme/keys", "Signing keys of acme", true),
        new("signing-keys-empty", "groups/default/-/registry/namespaces/labs/keys", "Signing keys of labs", true),
        new("registry-nested", "groups/platform/network/-/registry", "Registry", true),
        new("publish-module", "groups/default/-/registry/publish/module", "Publish a module", true),
        new("publish-provider", "groups/default/-/registry/publish/provider", "Publish a provider", true),
        new("publish-refused", "groups/default/-/registry/publish/module", "Only deployers and owners"),
        new("module", Module, "acme/vpc/aws"),
        new("module-inputs", Module + "?tab=inputs", "acme/vpc/aws"),
        new("module-outputs", Module + "?tab=outputs", "acme/vpc/aws"),
        new("module-resources", Module + "?tab=resources", "acme/vpc/aws"),
        new("module-dependencies", Module + "?tab=dependencies", "acme/vpc/aws", true),
        new("module-submodules", Module + "?tab=submodules", "acme/vpc/aws"),
        new("submodule", Module + "?part=modules%2Fsubnets&tab=inputs", "acme/vpc/aws"),
        new("module-deprecated", "groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.0.0", "acme/vpc/aws", true),
        new("module-unknown", "groups/default/-/modules/mirror.example.com/acme/vpc/aws/9.9.9", "is not stored"),
        new("members", "groups/platform/network/-/members", "Members", true),
        new("service-accounts", "groups/platform/-/service-accounts", "Service accounts", true),
        new("variables", "groups/platform/-/variables", "Variables", true),
        new("settings", "groups/default/-/settings", "Settings", true),
        new("settings-nested", "groups/platform/network/-/settings", "Settings", true),
        new("instance", "admin/overview", "Instance", true),
        new("root-groups", "admin/groups", "Root groups", true),
        new("account", "account", "", true),
        new("users", "admin/users", "Users", true),
        new("first-start", "admin/setup", "First start", true),
    ];
}
