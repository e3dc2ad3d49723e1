using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Packages;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Architecture;

/// <summary>Dependencies point one way (docs/architecture.md). Read from the compiled code, so that no spelling hides one.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Assembly Core = typeof(MirrorOptions).Assembly;
    private static readonly Assembly Web = typeof(MirrorHost).Assembly;

    /// <summary>What each domain of the core may know of the others. A new domain gets a row here.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Addresses"] = [],
        ["Outcomes"] = [],
        ["Lanes"] = [],
        ["Configuration"] = ["Addresses"],
        ["Verification"] = ["Addresses"],
        ["Packages"] = ["Addresses", "Lanes"],
        ["Catalog"] = ["Addresses", "Configuration", "Outcomes", "Packages"],
        ["Upstream"] = ["Addresses", "Catalog", "Configuration", "Outcomes"],
        ["Access"] = ["Addresses", "Catalog", "Configuration", "Lanes", "Upstream"],
        ["Namespaces"] = ["Access", "Addresses", "Catalog", "Packages"],
        ["Audit"] = ["Addresses", "Catalog", "Configuration"],
        ["Secrets"] = ["Configuration"],
        ["Federation"] = ["Access", "Addresses", "Catalog", "Configuration", "Outcomes", "Secrets", "Upstream"],
        ["Credentials"] = ["Addresses", "Catalog", "Federation", "Secrets", "Upstream"],
        ["Policy"] = ["Addresses", "Catalog"],
        ["Retention"] = ["Addresses", "Catalog", "Configuration", "Packages"],
        ["Statistics"] = ["Addresses", "Catalog"],
        ["Fetching"] = ["Addresses", "Catalog", "Configuration", "Lanes", "Outcomes", "Packages", "Policy", "Retention", "Statistics", "Upstream", "Verification"],
        ["Importing"] = ["Addresses", "Catalog", "Configuration", "Fetching", "Lanes", "Outcomes", "Packages"],
        ["Backups"] = ["Addresses", "Catalog", "Configuration", "Packages"],
        ["Integrity"] = ["Addresses", "Catalog", "Configuration", "Fetching", "Outcomes", "Packages", "Upstream", "Verification"],
        ["Jobs"] = ["Access", "Addresses", "Catalog", "Fetching", "Outcomes"],
        ["Diagnosis"] = ["Addresses", "Catalog", "Configuration", "Fetching", "Outcomes", "Upstream"],
        ["Sync"] = ["Addresses", "Catalog", "Configuration", "Fetching", "Outcomes", "Upstream"],
    };

    [Fact]
    public void Core_Domains_KnowOnlyThoseBelowThem()
    {
        var breaches =
            from type in TypesOf(Core)
            let domain = DomainOf(type)
            where domain is not null
            from used in TypeUse.Of(type)
            where used.Assembly == Core
            let other = DomainOf(used)
            where other is not null && other != domain && !(MayKnow.TryGetValue(domain, out var known) && known.Contains(other))
            group $"{type.Name} uses {used.Name}" by (domain, other) into breach
            select $"{breach.Key.domain} may not know {breach.Key.other} (see the table here, and docs/architecture.md): {string.Join(", ", breach.Distinct())}";

        AssertNone(breaches);
    }

    [Fact]
    public void Core_Table_HasNoCycle()
    {
        var placed = new HashSet<string>();
        while (MayKnow.Keys.Except(placed).FirstOrDefault(domain => MayKnow[domain].All(placed.Contains)) is { } next)
        {
            placed.Add(next);
        }

        Assert.Empty(MayKnow.Keys.Except(placed));
    }

    /// <summary>The identity of a credential is part of what a row is keyed by; it is all that upstream knows of the catalog.</summary>
    [Fact]
    public void Upstream_OfTheCatalog_KnowsOnlyTheIdentityOfACredential()
    {
        var used = TypesOf(Core).Where(type => DomainOf(type) == "Upstream").SelectMany(TypeUse.Of).Where(type => DomainOf(type) == "Catalog");

        Assert.Equal([typeof(CredentialIdentity)], used.Select(OutermostOf).Distinct());
    }

    [Fact]
    public void Core_References_NoAspNet() => Assert.DoesNotContain(
        Core.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    /// <summary>Pages and endpoints call services; only the hosting, which migrates and recovers, touches database and store.</summary>
    [Theory]
    [InlineData("Api")]
    [InlineData("Components")]
    [InlineData("Protocols")]
    public void Web_PagesAndEndpoints_UseNeitherTheDatabaseNorTheStore(string domain)
    {
        var types = TypesOf(Web).Where(type => DomainOf(type) == domain).ToList();
        var breaches =
            from type in types
            from used in TypeUse.Of(type)
            where used.Assembly == typeof(DbContext).Assembly || used == typeof(MirrorDbContext) || used == typeof(CatalogDatabase)
                || used == typeof(IPackageStore) || used == typeof(StagedPackage)
            select $"{type.FullName} uses {used.FullName}";

        Assert.NotEmpty(types);
        AssertNone(breaches.Distinct());
    }

    /// <summary>A backtracking pattern on text from outside takes as long as its author wants.</summary>
    [Fact]
    public void RegularExpressions_OfTheServer_NeverGoBack()
    {
        var types = TypesOf(Core).Concat(TypesOf(Web)).Where(type => type.Namespace != "System.Text.RegularExpressions.Generated").ToList();
        var patterns = types.SelectMany(type => type.GetMembers(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(member => member.GetCustomAttribute<GeneratedRegexAttribute>() is not null).ToList();

        AssertNone(
            from pattern in patterns
            where !pattern.GetCustomAttribute<GeneratedRegexAttribute>()!.Options.HasFlag(RegexOptions.NonBacktracking)
            select $"{pattern.DeclaringType}.{pattern.Name} may go back");
        AssertNone(
            from type in types.Except(patterns.Select(pattern => OutermostOf(pattern.DeclaringType!)))
            where TypeUse.Of(type).Contains(typeof(Regex))
            select $"{type.FullName} uses a regular expression without {nameof(GeneratedRegexAttribute)}");
    }

    /// <summary>So that the tests above cannot pass by seeing nothing.</summary>
    [Fact]
    public void TypeUse_SeesSignaturesBodiesLambdasAndIterators()
    {
        var used = TypeUse.Of(typeof(Sample));

        Assert.Superset(new HashSet<Type> { typeof(Uri), typeof(Version), typeof(StringComparer), typeof(Guid) }, used);
        Assert.DoesNotContain(typeof(MirrorDbContext), used);
    }

    // Assert.Empty would cut the list short, which is what whoever broke the rule has to read.
    private static void AssertNone(IEnumerable<string> breaches)
    {
        string text = string.Join('\n', breaches);
        Assert.True(text.Length == 0, text);
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly) => assembly.GetTypes().Where(type => !type.IsNested);

    /// <summary>The folder below the project's; null at its top, and for what the compiler adds.</summary>
    private static string? DomainOf(Type type)
    {
        string[] parts = (type.Namespace ?? "").Split('.');
        return parts is ["Mirror", "Core" or "Web", var domain, ..] ? domain : null;
    }

    private static Type OutermostOf(Type type) => type.DeclaringType is { } outer ? OutermostOf(outer) : type;

    private sealed class Sample
    {
        public static Uri? Signature => null;

        public static Func<string> Lambda => () => new Version(1, 2).ToString();

        public static int Body() => StringComparer.Ordinal.GetHashCode("");

        public static IEnumerable<string> Iterator()
        {
            yield return Guid.NewGuid().ToString();
        }
    }
}
