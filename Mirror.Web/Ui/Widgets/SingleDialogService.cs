using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Mirror.Web.Ui.Widgets;

/// <summary>
/// Shows a dialog only once at a time: until the browser has drawn it, a double click or a repeated key still reaches the button that
/// opens it. The request for another one ends as if the user had canceled it.
/// </summary>
internal sealed class SingleDialogService(ILogger<DialogService> logger) : DialogService(logger), IDialogService
{
    private const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.All;

    private readonly HashSet<Type> _open = [];

    Task<IDialogReference> IDialogService.ShowAsync<[DynamicallyAccessedMembers(Members)] T>(string? title) =>
        ShowOnceAsync<T>(title, [], null);

    Task<IDialogReference> IDialogService.ShowAsync<[DynamicallyAccessedMembers(Members)] T>(string? title, DialogOptions options) =>
        ShowOnceAsync<T>(title, [], options);

    Task<IDialogReference> IDialogService.ShowAsync<[DynamicallyAccessedMembers(Members)] T>(string? title, DialogParameters parameters) =>
        ShowOnceAsync<T>(title, parameters, null);

    Task<IDialogReference> IDialogService.ShowAsync<[DynamicallyAccessedMembers(Members)] T>(
        string? title, DialogParameters parameters, DialogOptions? options) => ShowOnceAsync<T>(title, parameters, options);

    private async Task<IDialogReference> ShowOnceAsync<[DynamicallyAccessedMembers(Members)] T>(
        string? title, DialogParameters parameters, DialogOptions? options)
        where T : IComponent
    {
        if (!_open.Add(typeof(T)))
        {
            var none = CreateReference();
            none.Dismiss(DialogResult.Cancel());
            return none;
        }

        try
        {
            var shown = await ShowAsync<T>(title, parameters, options);
            _ = RemoveWhenClosedAsync(typeof(T), shown);
            return shown;
        }
        catch
        {
            _open.Remove(typeof(T));
            throw;
        }
    }

    private async Task RemoveWhenClosedAsync(Type dialog, IDialogReference shown)
    {
        await shown.Result;
        _open.Remove(dialog);
    }
}
