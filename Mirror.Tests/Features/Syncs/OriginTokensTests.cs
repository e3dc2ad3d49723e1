using Mirror.Core.Addresses;
using Mirror.Tests.Cli;
using Mirror.Web.Cli;
using Mirror.Web.Features.Syncs;

namespace Mirror.Tests.Features.Syncs;

/// <summary>Which tokens a sync sends with it.</summary>
public sealed class OriginTokensTests : IDisposable
{
    private static readonly ServerTarget Server = new(
        new Uri("https://mirror.example.com/"), ServerSource.UrlOption, null, null, TokenSource.None, null);

    private readonly UserHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Find_Variables_TakesThoseOfTheRequestedHosts()
    {
        var found = Find(
            "my-registry.example.com hashicorp/aws third.example.com",
            "TF_TOKEN_my__registry_example_com=one",
            "TF_TOKEN_other_example_com=two",
            "TF_TOKEN_registry_terraform_io=public",
            "TF_TOKEN_third_example_com=",
            "PATH=/bin");

        Assert.Equal([("my-registry.example.com", "one", null)], found);
    }

    [Fact]
    public void Find_HostWithTwoNames_TakesTheSameAsTheServer()
    {
        var found = Find(
            "my-registry.example.com", "TF_TOKEN_my-registry_example_com=two", "TF_TOKEN_my__registry_example_com=one");

        Assert.Equal([("my-registry.example.com", "one", null)], found);
    }

    [Fact]
    public void Find_Profiles_TakesThatOfTheHost()
    {
        _home.WithProfile("prod", "https://registry.example.com", "one", isCurrent: true)
            .WithProfile("port", "https://registry.example.com:8443", "two")
            .WithProfile("path", "https://third.example.com/tf", "three")
            .WithProfile("clear", "http://fourth.example.com", "four")
            .WithProfile("public", "https://registry.terraform.io", "five");

        var found = Find(
            "registry.example.com registry.example.com:8443 third.example.com fourth.example.com registry.terraform.io");

        Assert.Equal([("registry.example.com", "one", "prod"), ("registry.example.com:8443", "two", "port")], found);
    }

    [Fact]
    public void Find_VariableAndProfile_TakesTheVariable()
    {
        _home.WithProfile("prod", "https://registry.example.com", "profile");

        Assert.Equal(
            [("registry.example.com", "variable", null)], Find("registry.example.com", "TF_TOKEN_registry_example_com=variable"));
    }

    [Fact]
    public void Find_ProfileOfTheServerItself_IsNotSent()
    {
        _home.WithProfile("prod", "https://mirror.example.com", "token");

        Assert.Empty(Find("mirror.example.com"));
    }

    [Fact]
    public void Find_SeveralProfilesOfAHost_NeedsAVariable()
    {
        _home.WithProfile("a", "https://registry.example.com", "one").WithProfile("b", "https://registry.example.com", "two");

        var failure = Assert.Throws<InvalidDataException>(() => Find("registry.example.com"));

        Assert.Contains("TF_TOKEN_registry_example_com", failure.Message, StringComparison.Ordinal);
    }

    private IEnumerable<(string Host, string Token, string? Profile)> Find(string hosts, params string[] variables) => OriginTokens.Find(
        _home.Environment(variables),
        hosts.Split(' ').Select(host => ProviderAddress.Parse(host.Contains('/', StringComparison.Ordinal) ? host : $"{host}/a/b").Hostname),
        Server).Select(token => (token.Host.Value, token.Token, token.Profile));
}
