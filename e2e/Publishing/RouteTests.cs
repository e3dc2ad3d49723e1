using Mirror.Tests.Origin;
using static Mirror.E2E.Publishing.PublishedMirror;

namespace Mirror.E2E.Publishing;

/// <summary>
/// A public namespace that is routed to published content: the real terraform gets that, and the origin, which has it too, is asked nothing.
/// </summary>
public sealed class RouteTests(PublishedMirror published) : IClassFixture<PublishedMirror>
{
    [RequiresToolFact("terraform", "gpg")]
    public async Task Init_OfARoutedNamespace_NeverReachesTheOrigin()
    {
        await published.PublishAsync("acme", "platform");
        await published.RunAsync("route", "add", "registry.terraform.io/mycompany/*", "acme", "--group-path", "platform");
        published.Origin.ClearLog();

        for (int round = 0; round < 2; round++)
        {
            using var signed = Project("mycompany");
            var run = await signed.PasteAndRunAsync(
                published.Configure(
                    published.HostBlock("registry.terraform.io", "platform/registry.terraform.io")
                    + Credentials("registry.terraform.io", published.Token)),
                "init",
                "-no-color");
            published.AssertInstalled(run, signed, "mycompany");

            using var mirrored = new Terraform.TerraformProject("mycompany/dns");
            var network = await mirrored.PasteAndRunAsync(NetworkMirror(), "init", "-no-color");
            network.AssertSuccess();
            Assert.Contains("- Installed mycompany/dns v1.0.0 (verified checksum)", network.Output, StringComparison.Ordinal);

            // The origin has it, and nothing is published under the name.
            using var missing = new Terraform.TerraformProject("mycompany/dns 9.0.0");
            (await missing.PasteAndRunAsync(NetworkMirror(), "init", "-no-color")).AssertFailure();
            await published.RunAsync("refresh", "--group-path", "platform");
            await published.RunAsync("refresh", "mycompany/dns", "--group-path", "platform");
        }

        Assert.Empty(published.Origin.Requests);
        // Another root group still asks the origin.
        using var elsewhere = new Terraform.TerraformProject("mycompany/dns");
        var other = await elsewhere.PasteAndRunAsync(
            published.Configure(published.HostBlock("registry.terraform.io", "registry.terraform.io")), "init", "-no-color");
        Assert.Contains("- Installed mycompany/dns v9.0.0", other.AssertSuccess().Output, StringComparison.Ordinal);
        published.Origin.AssertNoViolations();
    }

    private string NetworkMirror() => published.Configure($$"""
        provider_installation {
          network_mirror {
            url = "https://{{published.Host}}/v1/provider-mirror/providers/platform/"
          }
        }

        """ + Credentials(published.Host, published.Token));
}
