namespace Mirror.Tests.Protocols.Registry;

/// <summary>The addresses of the provider registry protocol for <c>example/hello</c> of <c>registry.example.com</c>.</summary>
internal static class RegistryAddresses
{
    public const string Base = $"/v1/registries/{MirrorWithOrigin.Host}/providers/";
    public const string Hello = Base + "example/hello/";
    public const string Versions = Hello + "versions";
    public const string Download = Hello + "1.0.0/download/linux/amd64";
    public const string Sums = Hello + "1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS";
    public const string Signature = Sums + ".sig";
    public const string Package = Hello + "1.0.0/" + MirrorWithOrigin.Package;
}
