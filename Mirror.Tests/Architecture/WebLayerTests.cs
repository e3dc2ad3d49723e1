using System.Reflection;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Architecture;

/// <summary>The layers of the web project, and the allowed dependencies between its features (docs/architecture.md).</summary>
public sealed class WebLayerTests
{
    private static readonly Assembly Web = typeof(MirrorHost).Assembly;

    /// <summary>The layers that each layer may use. A new folder needs a row here.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Contracts"] = [],
        ["Http"] = ["Contracts"],
        ["Ui"] = ["Contracts", "Http"],
        ["Cli"] = ["Contracts", "Http"],
        ["Protocols"] = ["Contracts", "Http"],
        ["Features"] = ["Cli", "Contracts", "Http", "Ui"],
        ["Hosting"] = ["Cli", "Contracts", "Features", "Http", "Protocols", "Ui"],
    };

    /// <summary>Features are independent, except these, which show content of another one.</summary>
    private static readonly HashSet<(string Feature, string Other)> Neighbours =
    [
        ("Mirrors", "Syncs"),
        ("Mirrors", "Registry"),
        ("Diagnosis", "Policy"),
        ("Jobs", "Setup"),
        ("Groups", "Accounts"),
    ];

    [Fact]
    public void Layers_OfTheWebProject_DependOnlyOnAllowedLayers()
    {
        var breaches =
            from type in Types()
            from used in TypeUse.Of(type)
            where used.Assembly == Web
            let layer = Folder(type, 2)
            let other = Folder(used, 2)
            where layer is not null
                && other is not null
                && layer != other
                && !(MayKnow.TryGetValue(layer, out var known) && known.Contains(other))
            group $"{type.Name} uses {used.Name}" by (layer, other) into breach
            select $"{breach.Key.layer} may not know {breach.Key.other}: {string.Join(", ", breach.Distinct())}";

        string text = string.Join('\n', breaches);
        Assert.True(text.Length == 0, text);
    }

    [Fact]
    public void Features_OfTheWebProject_DependOnlyOnListedFeatures()
    {
        var found = (
            from type in Types()
            where Folder(type, 2) == "Features"
            from used in TypeUse.Of(type)
            where used.Assembly == Web && Folder(used, 2) == "Features" && Folder(used, 3) != Folder(type, 3)
            group $"{type.Name} uses {used.Name}" by (Folder(type, 3)!, Folder(used, 3)!)).ToList();

        string text = string.Join(
            '\n', found.Where(pair => !Neighbours.Contains(pair.Key)).Select(pair => $"{pair.Key}: {string.Join(", ", pair.Distinct())}"));
        Assert.True(text.Length == 0, text);
        Assert.Equal(Neighbours.Order(), found.Select(pair => pair.Key).Order());
    }

    [Fact]
    public void Layers_InTheTable_HaveNoCycle()
    {
        var placed = new HashSet<string>();
        while (MayKnow.Keys.Except(placed).FirstOrDefault(layer => MayKnow[layer].All(placed.Contains)) is { } next)
        {
            placed.Add(next);
        }

        Assert.Empty(MayKnow.Keys.Except(placed));
    }

    private static IEnumerable<Type> Types() => Web.GetTypes().Where(type => !type.IsNested);

    /// <summary>
    /// A part of the namespace, such as <c>Mirror.Web.Features.Syncs</c>; null if there is no such part, and for compiler-generated types.
    /// </summary>
    private static string? Folder(Type type, int index) =>
        (type.Namespace ?? "").Split('.') is ["Mirror", "Web", ..] parts && parts.Length > index ? parts[index] : null;
}
