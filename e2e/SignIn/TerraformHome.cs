using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.SignIn;

/// <summary>
/// A home directory with a project that needs <c>registry.example.com/example/hello</c>, and Terraform configured to install it from a
/// mirror. <c>terraform login</c> stores its token there.
/// </summary>
internal sealed partial class TerraformHome : IDisposable
{
    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly Uri _mirror;
    private readonly string _authorityPath;

    /// <param name="mirror">Where clients reach the mirror, with a slash at the end.</param>
    /// <param name="authorityPath">A PEM file with the authority of its certificate.</param>
    public TerraformHome(Uri mirror, string authorityPath)
    {
        (_mirror, _authorityPath) = (mirror, authorityPath);
        File.WriteAllText(
            _directory.Combine("main.tf"),
            "terraform {\n  required_providers {\n    hello = { source = \"registry.example.com/example/hello\" }\n  }\n}\n");
        Directory.CreateDirectory(_directory.Combine(".terraform.d")); // Terraform does not make it to store a token there.
        // The file that Terraform reads without TF_CLI_CONFIG_FILE: with that variable, it would not store the token here.
        File.WriteAllText(
            _directory.Combine(".terraformrc"),
            $"provider_installation {{\n  network_mirror {{\n    url = \"{new Uri(mirror, "v1/mirror/")}\"\n  }}\n}}\n");
    }

    /// <summary>As <c>terraform login</c> stored them.</summary>
    public string Credentials => File.ReadAllText(_directory.Combine(".terraform.d", "credentials.tfrc.json"));

    public Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.RunAsync(Start(arguments));

    /// <summary>Runs <c>terraform login</c> and agrees to it in a browser.</summary>
    /// <returns>What Terraform printed.</returns>
    public async Task<string> LoginAsync(Chromium chromium, string user, string password)
    {
        using var terraform = Process.Start(Start("login", "-no-color", _mirror.Authority))!;
        var printed = new StringBuilder();
        try
        {
            await terraform.StandardInput.WriteLineAsync("yes");
            await terraform.StandardInput.FlushAsync();
            Match url;
            while (!(url = AuthorizationUrl().Match(printed.ToString())).Success)
            {
                string line = await terraform.StandardOutput.ReadLineAsync().WaitAsync(WaitTimeout)
                    ?? throw new InvalidOperationException(
                        $"terraform login ended:\n{printed}{await terraform.StandardError.ReadToEndAsync()}");
                printed.AppendLine(line);
            }

            await AgreeAsync(chromium, new Uri(url.Value), user, password);
            printed.Append(await terraform.StandardOutput.ReadToEndAsync().WaitAsync(WaitTimeout));
            await terraform.WaitForExitAsync().WaitAsync(WaitTimeout);
            Assert.True(terraform.ExitCode == 0, printed + await terraform.StandardError.ReadToEndAsync());
            return printed.ToString();
        }
        finally
        {
            terraform.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _directory.Dispose();

    private static async Task AgreeAsync(Chromium chromium, Uri url, string user, string password)
    {
        var page = await chromium.OpenAsync(new Uri(url, "/"));
        await using var context = page.Context;
        await page.GotoAsync(url.AbsoluteUri);
        await page.GetByLabel("User name").FillAsync(user);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Allow Terraform to use your account?" })).ToBeVisibleAsync();
        // Terraform ends as soon as it has the code, mostly before it has answered the browser.
        await page.RunAndWaitForRequestAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync(),
            new Regex(@"^http://localhost:100(0\d|10)/login\?"));
    }

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments)
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = _directory.Path;
        start.Environment["TMPDIR"] = _directory.Path;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        start.Environment["SSL_CERT_FILE"] = _authorityPath;
        return start;
    }

    [GeneratedRegex(@"https://localhost:\d+/(mirror/)?terraform-login\?\S+")]
    private static partial Regex AuthorizationUrl();
}
