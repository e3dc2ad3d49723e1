using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Web.Ui.Layout;
using MudBlazor;

namespace Mirror.Tests.Ui;

/// <summary>A dialog that is opened again before it is closed.</summary>
public sealed class SingleDialogTests : UiFixture
{
    [Fact]
    public async Task Dialog_OpenedTwice_IsShownOnceAndTheSecondIsCanceled()
    {
        var provider = Render<MudDialogProvider>();

        var first = await ShowAsync(provider);
        var second = await ShowAsync(provider);

        Assert.Single(provider.FindAll("[role=dialog]"));
        Assert.True((await second.Result)!.Canceled);
        Assert.False(first.Result.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dialog_ClosedOrLeft_CanBeOpenedAgain(bool closed)
    {
        var provider = Render<MudDialogProvider>();
        var first = await ShowAsync(provider);

        await provider.InvokeAsync(() =>
        {
            if (closed)
            {
                first.Close();
            }
            else
            {
                Navigation.NavigateTo("groups/default/-/overview");
            }
        });
        await first.Result;
        provider.WaitForAssertion(() => Assert.Empty(provider.FindAll("[role=dialog]")));
        await ShowAsync(provider);

        provider.WaitForAssertion(() => Assert.Single(provider.FindAll("[role=dialog]")));
    }

    [Fact]
    public async Task Dialog_WhileOnlyTheQueryChanges_StaysOpen()
    {
        Navigation.NavigateTo("groups/default/-/provider-mirrors");
        var provider = Render<MudDialogProvider>();
        await ShowAsync(provider);

        await provider.InvokeAsync(() => Navigation.NavigateTo("groups/default/-/provider-mirrors?q=aws"));

        Assert.Single(provider.FindAll("[role=dialog]"));
    }

    private Task<IDialogReference> ShowAsync(IRenderedComponent<MudDialogProvider> provider) =>
        provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ShortcutsDialog>("Shortcuts"));
}
