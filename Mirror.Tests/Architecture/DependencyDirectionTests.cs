using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Architecture;

/// <summary>Dependencies point one way (docs/architecture.md). Read from the compiled code, so that no spelling hides one.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Assembly Core = typeof(MirrorOptions).Assembly;
    private static readonly Assembly Web = typeof(MirrorHost).Assembly;

    /// <summary>
    /// What each domain of the core may know of the others. A folder that has no row of its own belongs to the domain above it. A new
    /// domain gets a row here.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Addresses"] = [],
        ["Configuration"] = ["Addresses"],
        ["Hcl"] = [],
        ["Verification"] = ["Addresses"],
        ["Storage"] = ["Addresses"],
        ["Storage.Archives"] = ["Addresses", "Storage"],
        ["Database"] = ["Addresses", "Configuration"],
        ["Catalog"] = ["Addresses", "Configuration", "Database", "Storage", "Verification"],
        ["Upstream"] = ["Addresses", "Configuration", "Database"],
        ["Access"] = ["Addresses", "Catalog", "Configuration", "Database", "Storage", "Upstream"],
        ["Audit"] = ["Addresses", "Catalog", "Configuration", "Database"],
        ["Identity"] = ["Access", "Addresses", "Catalog", "Configuration", "Database"],
        ["Credentials.Secrets"] = ["Configuration"],
        ["Identity.Federation"] =
            ["Access", "Addresses", "Catalog", "Configuration", "Credentials.Secrets", "Database", "Identity", "Upstream"],
        ["Credentials"] = ["Addresses", "Catalog", "Credentials.Secrets", "Database", "Identity.Federation", "Upstream"],
        ["Policy"] = ["Addresses", "Catalog", "Database"],
        ["Storage.Retention"] = ["Addresses", "Catalog", "Configuration", "Database", "Storage"],
        ["Storage.Backups"] = ["Addresses", "Catalog", "Configuration", "Database", "Storage", "Storage.Archives", "Storage.Retention"],
        ["Usage"] = ["Addresses", "Catalog", "Database", "Storage.Retention", "Upstream"],
        ["Fetching"] =
        [
            "Addresses", "Catalog", "Configuration", "Database", "Policy", "Storage", "Storage.Archives", "Storage.Retention", "Upstream",
            "Usage", "Verification",
        ],
        ["Importing"] =
            ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Storage", "Storage.Archives", "Upstream", "Verification"],
        ["Storage.Integrity"] =
            ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Storage", "Storage.Retention", "Upstream", "Verification"],
        ["Jobs"] = ["Access", "Addresses", "Catalog", "Database", "Fetching", "Identity"],
        ["Diagnosis"] = ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Upstream"],
        ["Sync"] = ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Hcl", "Upstream"],
    };

    [Fact]
    public void Core_Domains_DependOnlyOnAllowedDomains()
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

    /// <summary>The identity of a credential is part of what a row is keyed by; it is all that upstream knows of the database.</summary>
    [Fact]
    public void Upstream_Database_DependsOnlyOnCredentialIdentity()
    {
        var used = TypesOf(Core)
            .Where(type => DomainOf(type) == "Upstream")
            .SelectMany(TypeUse.Of)
            .Where(type => DomainOf(type) == "Database");

        Assert.Equal([typeof(CredentialIdentity)], used.Select(OutermostOf).Distinct());
    }

    [Fact]
    public void Core_References_NoAspNet() => Assert.DoesNotContain(
        Core.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    /// <summary>Pages and endpoints call services; only the hosting, which migrates and recovers, touches database and store.</summary>
    [Theory]
    [InlineData("Features")]
    [InlineData("Protocols")]
    [InlineData("Ui")]
    public void Web_PagesAndEndpoints_UseNeitherDatabaseNorStore(string domain)
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
    public void RegularExpressions_OfTheServer_DoNotBacktrack()
    {
        var types = TypesOf(Core).Concat(TypesOf(Web)).Where(type => type.Namespace != "System.Text.RegularExpressions.Generated").ToList();
        var patterns = types.SelectMany(
            type => type.GetMembers(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
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
    public void TypeUse_OfASample_IncludesSignaturesBodiesLambdasAndIterators()
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

    /// <summary>
    /// The folder below the project's, or one in it that has a row of its own; null at the project's top, and for what the compiler adds.
    /// </summary>
    private static string? DomainOf(Type type)
    {
        string[] parts = (type.Namespace ?? "").Split('.');
        return parts is not ["Mirror", "Core" or "Web", var folder, .. var below] ? null
            : below.Length > 0 && MayKnow.ContainsKey($"{folder}.{below[0]}") ? $"{folder}.{below[0]}"
            : folder;
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
