using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Mirror.Web.Ui.Widgets;

/// <summary>
/// Shows a dialog only once at a time: until the browser has drawn it, a double click or a repeated key still reaches the button that
/// opens it. The request for another one ends as if the user had canceled it. A dialog closes when the user leaves its page, but not when
/// only the query changes: a search begun before the dialog was opened changes it.
/// </summary>
internal sealed class SingleDialogService : DialogService, IDialogService
{
    private const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.All;

    private readonly NavigationManager _navigation;
    private readonly Dictionary<Type, OpenDialog> _open = [];

    public SingleDialogService(NavigationManager navigation, ILogger<DialogService> logger)
        : base(logger)
    {
        _navigation = navigation;
        navigation.LocationChanged += (_, location) => CloseElsewhere(PathOf(location.Location));
    }

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
        var open = new OpenDialog(PathOf(_navigation.Uri));
        if (!_open.TryAdd(typeof(T), open))
        {
            var none = CreateReference();
            none.Dismiss(DialogResult.Cancel());
            return none;
        }

        try
        {
            open.Reference = await ShowAsync<T>(title, parameters, (options ?? new DialogOptions()) with { CloseOnNavigation = false });
            _ = RemoveWhenClosedAsync(typeof(T), open.Reference);
            return open.Reference;
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

    private void CloseElsewhere(string path)
    {
        foreach (var open in _open.Values.Where(open => open.Path != path).ToList())
        {
            open.Reference?.Close(DialogResult.Cancel());
        }
    }

    private static string PathOf(string url) => new Uri(url).AbsolutePath;

    private sealed class OpenDialog(string path)
    {
        /// <summary>The path of the page that opened it.</summary>
        public string Path => path;

        /// <summary>Null until it is shown.</summary>
        public IDialogReference? Reference { get; set; }
    }
}
