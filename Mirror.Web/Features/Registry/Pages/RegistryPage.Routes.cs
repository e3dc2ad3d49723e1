using Mirror.Core.Access;
using Mirror.Core.Hosted;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Registry.Pages;

public sealed partial class RegistryPage
{
    private Task AddRouteAsync() => Content!.Namespaces.Count == 0
        ? CreateAsync()
        : ShowFormAsync<RouteDialog>(
            Texts.AddRoute,
            new DialogParameters<RouteDialog>
            {
                { x => x.Targets, [.. Content.Namespaces.Select(item => item.Name)] },
                { x => x.Add, AddRouteAsync },
            });

    /// <returns>Why the source was not accepted, or null.</returns>
    private async Task<string?> AddRouteAsync(RouteSource source, string target)
    {
        if (hostnames.IsOwn(source.Hostname))
        {
            return Texts.RouteOfOwn.With(source.Hostname);
        }

        var result = await ChangeAsync(
            async (scope, by) => await registry.FindAsync(target, CancellationToken.None) is { } found && found.RootGroupId == scope.RootGroupId
                ? await routes.AddAsync(scope.RootGroupId, source, found, by.Principal, CancellationToken.None)
                : null,
            added => added is null ? null : new Notification(Texts.RouteAdded.With(source, target), false),
            AccessAction.ManageSettings);
        return result is { IsPermitted: true, Outcome: null } ? Texts.RouteExists.With(source) : null;
    }

    private async Task RemoveRouteAsync(HostedRoute route)
    {
        var text = new DeletionText(Texts.RemoveRouteQuestion.With(route.Source), [], Texts.RemoveRouteConsequence.With(route.Source.Hostname));
        if (await ConfirmAsync(Texts.RemoveRoute, Texts.Remove, text))
        {
            await ChangeAsync(
                (scope, by) => routes.RemoveAsync(scope.RootGroupId, route.Source, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.RouteRemoved.With(route.Source), false),
                AccessAction.ManageSettings);
        }
    }
}
