using Mirror.Core.Addresses;

namespace Mirror.Web.Hosting.Demo;

/// <summary>A provider of the demo.</summary>
/// <param name="Address">Its source address.</param>
/// <param name="Versions">Its versions, oldest first.</param>
/// <param name="Platforms">The platforms of every version.</param>
/// <param name="Description">One sentence for display.</param>
public sealed record ExampleProvider(
    ProviderAddress Address, IReadOnlyList<ProviderVersion> Versions, IReadOnlyList<Platform> Platforms, string Description)
{
    public static IReadOnlyList<ExampleProvider> All { get; } =
    [
        Create(
            "hello",
            "Says hello: a first provider to try.",
            ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"],
            "1.0.0",
            "1.1.0",
            "2.0.0"),
        Create(
            "greeting",
            "Greets in many languages; each version learns some more.",
            ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"],
            "0.9.0",
            "1.0.0",
            "1.0.1",
            "1.2.0-beta.1"),
        Create("clock", "Tells the time.", ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"], "3.2.1", "3.3.0"),
    ];

    private static ExampleProvider Create(string type, string description, string[] platforms, params string[] versions) => new(
        ProviderAddress.Parse($"{DemoOrigin.Hostname}/example/{type}"),
        [.. versions.Select(ProviderVersion.Parse)],
        [.. platforms.Select(Platform.Parse)],
        description);
}
