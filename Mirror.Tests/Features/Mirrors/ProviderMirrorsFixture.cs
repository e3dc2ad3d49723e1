using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Database;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

/// <summary>The list of provider mirrors, and what its tests read from it.</summary>
public abstract class ProviderMirrorsFixture : UiFixture
{
    protected const string List = "groups/default/-/provider-mirrors";

    protected static readonly Principal Job = new(PrincipalKind.Job, "run-7");
    protected static readonly Principal Person = new(PrincipalKind.User, "mira");

    protected IRenderedComponent<ProviderMirrorsPage> Open(string url, string group = "default")
    {
        Navigation.NavigateTo(url);
        return Render<ProviderMirrorsPage>(parameters => parameters.Add(page => page.Group, group));
    }

    protected async Task SeedManyAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Seed.AddAsync("acme/dns", $"1.{i}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        }
    }

    protected static IElement Cell(IElement row, string column) => row.QuerySelector($"td.c-{column}")!;

    protected static IElement Button<T>(IRenderedComponent<T> component, string text)
        where T : IComponent => component.FindAll("button").Single(button => button.TextContent.Trim() == text);

    protected static string Squeeze(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\s+", " ").Trim();

    protected static IEnumerable<string> Providers(IRenderedComponent<ProviderMirrorsPage> page) =>
        page.FindAll("td.c-provider a").Select(link => link.TextContent.Trim());
}
