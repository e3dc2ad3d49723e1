using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Registry.Pages;

public sealed partial class RegistryPage
{
    private Task AddSourceAsync() => Content!.Namespaces.Count == 0
        ? CreateAsync()
        : ShowFormAsync<ModuleSourceDialog>(
            Texts.AddSource,
            new DialogParameters<ModuleSourceDialog>
            {
                { x => x.Hostname, Content.Hostname! },
                { x => x.Namespace, Content.Namespaces[0].Name },
                { x => x.Add, AddSourceAsync },
            });

    /// <returns>Why the source was not accepted, or null.</returns>
    private async Task<string?> AddSourceAsync(ModuleAddress module, NewModuleSource wanted)
    {
        string? problem = null;
        var result = await ChangeAsync(
            async (scope, by) =>
            {
                if (await registry.FindAsync(module.Namespace, CancellationToken.None) is not { } found || found.RootGroupId != scope.RootGroupId)
                {
                    problem = Texts.SourceNamespaceProblem.With(module.Namespace);
                    return null;
                }

                try
                {
                    var created = await sources.AddAsync(found, module, wanted, by.Principal, CancellationToken.None);
                    problem = created is null ? Texts.SourceExists.With(module.Display) : null;
                    return created;
                }
                catch (FormatException e)
                {
                    problem = e.Message;
                    return null;
                }
            },
            _ => null,
            AccessAction.ManageSettings);
        if (result.Outcome is { } added)
        {
            await ShowSecretAsync(added);
        }

        return problem;
    }

    private async Task SetSecretAsync(ModuleSource source)
    {
        var text = new DeletionText(Texts.ReplaceSecretQuestion.With(source.Module.Display), [], Texts.ReplaceSecretConsequence);
        if (await ConfirmAsync(Texts.ReplaceSecret, Texts.Replace, text))
        {
            var result = await ChangeAsync(
                (scope, by) => sources.SetSecretAsync(scope.RootGroupId, source.Module, null, by.Principal, CancellationToken.None),
                set => set is null ? new Notification(Ui.Texts.NothingChangedConcurrently, true) : null,
                AccessAction.ManageSettings);
            if (result.Outcome is { } replaced)
            {
                await ShowSecretAsync(replaced);
            }
        }
    }

    private async Task RemoveSourceAsync(ModuleSource source)
    {
        var text = new DeletionText(Texts.RemoveSourceQuestion.With(source.Module.Display, source.Repository), [], Texts.RemoveSourceConsequence);
        if (await ConfirmAsync(Texts.RemoveSource, Texts.Remove, text))
        {
            await ChangeAsync(
                (scope, by) => sources.RemoveAsync(scope.RootGroupId, source.Module, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.SourceRemoved.With(source.Module.Display), false),
                AccessAction.ManageSettings);
        }
    }

    private Task ShowSecretAsync(CreatedModuleSource created) => SecretDialog.ShowAsync(
        Dialogs,
        Texts.WebhookOf.With(created.Source.Module.Display),
        Texts.WebhookSecret,
        created.Secret,
        Texts.WebhookExplanation.With(created.Source.WebhookUrl));
}
