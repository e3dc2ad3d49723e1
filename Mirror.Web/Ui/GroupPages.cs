using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Mirror.Web.Ui.Layout;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace Mirror.Web.Ui;

/// <summary>
/// The pages of groups and workspaces. Their path has any number of parts, which no route template can have in front of something else:
/// one route takes them all, and <see cref="Resolve"/> finds the page.
/// </summary>
[Route("/groups/{*" + nameof(Path) + "}")]
public sealed class GroupPages : ComponentBase
{
    private const string Separator = "/-/";

    private static readonly FrozenDictionary<string, Type[]> Pages = typeof(GroupPages).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<GroupPageAttribute>() is not null)
        .GroupBy(type => TemplateOf(type)[0])
        .ToFrozenDictionary(pages => pages.Key, pages => pages.ToArray());

    [Parameter]
    public string? Path { get; set; }

    /// <summary>All pages, for tests.</summary>
    internal static IEnumerable<Type> All => Pages.Values.SelectMany(pages => pages);

    /// <returns>The page of a group with its parameters, the page for unknown addresses, or the same route if it is no group's.</returns>
    public static RouteData Resolve(RouteData route)
    {
        if (route.PageType != typeof(GroupPages))
        {
            return route;
        }

        string path = route.RouteValues.GetValueOrDefault(nameof(Path)) as string ?? "";
        int at = path.IndexOf(Separator, StringComparison.Ordinal);
        if (at > 0 && path[(at + Separator.Length)..].TrimEnd('/').Split('/') is var parts && Pages.TryGetValue(parts[0], out var pages))
        {
            foreach (var page in pages)
            {
                if (TryBind(page, parts, out var values))
                {
                    values["Group"] = path[..at];
                    return new RouteData(page, values);
                }
            }
        }

        return new RouteData(typeof(NotFoundPage), new Dictionary<string, object?>());
    }

    private static string[] TemplateOf(Type page) => page.GetCustomAttribute<GroupPageAttribute>()!.Template.Split('/');

    private static bool TryBind(Type page, string[] parts, [NotNullWhen(true)] out Dictionary<string, object?>? values)
    {
        values = [];
        string[] template = TemplateOf(page);
        bool fits = template.Length == parts.Length;
        for (int i = 1; fits && i < parts.Length; i++)
        {
            if (!template[i].StartsWith('{'))
            {
                fits = template[i] == parts[i];
                continue;
            }

            string name = template[i].Trim('{', '}');
            bool isNumber = page.GetProperty(name)!.PropertyType == typeof(long);
            fits = long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out long number) || !isNumber;
            values[name] = isNumber ? number : parts[i];
        }

        return fits;
    }
}

/// <summary>The address of a page below <c>groups/{path}/-/</c>: a name, then further names, and parameters of the page in braces.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GroupPageAttribute(string template) : Attribute
{
    public string Template { get; } = template;
}
