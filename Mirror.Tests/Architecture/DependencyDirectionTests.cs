using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Architecture;

/// <summary>
/// Dependencies point in one direction (docs/architecture.md). The tests read the compiled code, so that no notation hides a dependency.
/// </summary>
public sealed class DependencyDirectionTests
{
    private static readonly Assembly Core = typeof(MirrorOptions).Assembly;
    private static readonly Assembly Web = typeof(MirrorHost).Assembly;

    /// <summary>
    /// The domains of the core that each domain may use. A folder without its own row belongs to the domain above it. A new domain needs a
    /// row here.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Addresses"] = [],
        ["Configuration"] = ["Addresses"],
        ["Hcl"] = [],
        ["Verification"] = ["Addresses"],
        ["Storage"] = ["Addresses"],
        ["Storage.Archives"] = ["Addresses", "Storage"],
        ["Storage.Objects"] = ["Addresses", "Configuration", "Storage"],
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
        ["Hosted"] = ["Addresses", "Catalog", "Configuration", "Credentials.Secrets", "Database", "Verification"],
        ["Hosted.Publishing"] =
        [
            "Addresses", "Catalog", "Configuration", "Credentials.Secrets", "Database", "Fetching", "Hcl", "Hosted", "Storage",
            "Storage.Archives", "Upstream", "Verification",
        ],
        ["Policy"] = ["Addresses", "Catalog", "Database", "Verification"],
        ["Storage.Retention"] = ["Addresses", "Catalog", "Configuration", "Database", "Storage"],
        ["Storage.Backups"] = ["Addresses", "Catalog", "Configuration", "Database", "Storage", "Storage.Archives", "Storage.Retention"],
        ["Storage.Migration"] = ["Addresses", "Database", "Storage", "Storage.Retention"],
        ["Usage"] = ["Addresses", "Catalog", "Database", "Storage.Retention", "Upstream"],
        ["Fetching"] =
        [
            "Addresses", "Catalog", "Configuration", "Database", "Hosted", "Policy", "Storage", "Storage.Archives", "Storage.Retention",
            "Upstream", "Usage", "Verification",
        ],
        ["Importing"] =
            ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Hosted", "Storage", "Storage.Archives", "Upstream", "Verification"],
        ["Storage.Integrity"] =
            ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Storage", "Storage.Retention", "Upstream", "Verification"],
        ["Jobs"] = ["Access", "Addresses", "Catalog", "Database", "Fetching", "Identity"],
        ["Diagnosis"] = ["Addresses", "Catalog", "Configuration", "Database", "Fetching", "Hosted", "Upstream"],
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

    /// <summary>Rows are keyed by the identity of a credential. This is the only database type that upstream uses.</summary>
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

    /// <summary>
    /// Pages and endpoints call services. Only the hosting layer, which migrates and recovers, uses the database and the store.
    /// </summary>
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

    /// <summary>A backtracking pattern can take arbitrarily long on untrusted text.</summary>
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

    /// <summary>Ensures that the tests above do not pass because they find no types.</summary>
    [Fact]
    public void TypeUse_OfASample_IncludesSignaturesBodiesLambdasAndIterators()
    {
        var used = TypeUse.Of(typeof(Sample));

        Assert.Superset(new HashSet<Type> { typeof(Uri), typeof(Version), typeof(StringComparer), typeof(Guid) }, used);
        Assert.DoesNotContain(typeof(MirrorDbContext), used);
    }

    // Assert.Empty would truncate the list that the developer has to read.
    private static void AssertNone(IEnumerable<string> breaches)
    {
        string text = string.Join('\n', breaches);
        Assert.True(text.Length == 0, text);
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly) => assembly.GetTypes().Where(type => !type.IsNested);

    /// <summary>
    /// The top-level folder of the project, or a folder in it with its own row; null for files at the top of the project and for
    /// compiler-generated types.
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
