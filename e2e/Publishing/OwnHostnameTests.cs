using Mirror.Tests.Origin;
using static Mirror.E2E.Publishing.PublishedMirror;

namespace Mirror.E2E.Publishing;

/// <summary>Published providers and modules in the real terraform, from the own hostname and through <c>host</c> blocks.</summary>
public sealed class OwnHostnameTests(PublishedMirror published) : IClassFixture<PublishedMirror>
{
    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_FromAPrivateGroup_NeedsAToken()
    {
        await published.PublishAsync("private", "platform");
        string address = $"{published.Host}/private";
        using var project = Project(address);
        using var provider = new Terraform.TerraformProject($"{address}/dns");

        var noModule = await project.PasteAndRunAsync(published.Trust, "init", "-no-color");
        var noProvider = await provider.PasteAndRunAsync(published.Trust, "init", "-no-color");
        var run = await project.PasteAndRunAsync(
            published.Configure(Credentials(published.Host, published.Token)), "init", "-no-color");

        Assert.Contains("401 Unauthorized", Unwrapped(noModule.AssertFailure().Text), StringComparison.Ordinal);
        Assert.Contains("authentication credentials", Unwrapped(noProvider.AssertFailure().Text), StringComparison.Ordinal);
        published.AssertInstalled(run, project, address);
        published.Origin.AssertNoViolations();
    }

    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_FromTheDefaultGroup_NeedsNoTokenAndNoConfiguration()
    {
        await published.PublishAsync("open", "default");
        string address = $"{published.Host}/open";
        using var project = Project(address);

        var run = await project.PasteAndRunAsync(published.Trust, "init", "-no-color");
        project.Forget();
        var again = await project.PasteAndRunAsync(published.Trust, "init", "-no-color");

        published.AssertInstalled(run, project, address);
        published.AssertInstalled(again, project, address);
    }

    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_NextToTheNetworkMirror_UsesTheRegistryForTheOwnHostname()
    {
        await published.PublishAsync("both", "default");
        using var project = new Terraform.TerraformProject($"{published.Host}/both/dns", "mycompany/other");

        var run = await project.PasteAndRunAsync(
            published.Configure($$"""
                provider_installation {
                  network_mirror {
                    url     = "https://{{published.Host}}/v1/mirror/"
                    exclude = ["{{published.Host}}/*/*"]
                  }
                  direct {
                    include = ["{{published.Host}}/*/*"]
                  }
                }
                """),
            "init",
            "-no-color");

        run.AssertSuccess();
        Assert.Contains($"- Installed {published.Host}/both/dns v1.0.0 (self-signed, key ID {published.KeyId})", run.Output, StringComparison.Ordinal);
        Assert.Contains("- Installed mycompany/other v9.0.0", run.Output, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_ThroughAHostBlockOfAnotherHostname_IsSigned()
    {
        await published.PublishAsync("acme", "platform");
        const string Host = "registry.acme.internal";
        using var project = Project($"{Host}/acme");

        var run = await project.PasteAndRunAsync(
            published.Configure(published.HostBlock(Host, $"platform/{published.Host}") + Credentials(Host, published.Token)), "init", "-no-color");

        published.AssertInstalled(run, project, $"{Host}/acme");
    }

    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_OfADeprecatedProvider_PrintsTheWarning()
    {
        await published.PublishAsync("old", "default");
        await published.RunAsync("deprecate", "old/dns", "--message", "Use new/dns instead.");
        string address = $"{published.Host}/old";
        using var project = Project(address);

        var run = await project.PasteAndRunAsync(published.Trust, "init", "-no-color");

        published.AssertInstalled(run, project, address);
        Assert.Contains("Use new/dns instead.", Unwrapped(run.Text), StringComparison.Ordinal);
        Assert.Contains("Warning", run.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_AfterTheKeyWasRevoked_IsRefused()
    {
        await published.PublishAsync("stolen", "default");
        using var project = new Terraform.TerraformProject($"{published.Host}/stolen/dns");
        (await project.PasteAndRunAsync(published.Trust, "init", "-no-color")).AssertSuccess();
        await published.RunAsync("signing-key", "revoke", "stolen", published.Fingerprint, "--reason", "It was stolen.", "--yes");

        var locked = await project.PasteAndRunAsync(published.Trust + "\nrm -r .terraform", "init", "-no-color");
        var run = await project.PasteAndRunAsync(published.Trust + "\nrm .terraform.lock.hcl", "init", "-no-color");

        locked.AssertFailure();
        run.AssertFailure();
        Assert.False(project.Has(".terraform.lock.hcl"), run.Text);
    }

    /// <summary>Terraform wraps its sentences and adds a frame.</summary>
    internal static string Unwrapped(string text) =>
        string.Join(' ', text.Split([' ', '\n', '│', '╷', '╵'], StringSplitOptions.RemoveEmptyEntries));
}
