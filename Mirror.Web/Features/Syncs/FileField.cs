using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Mirror.Web.Features.Syncs;

/// <summary>
/// A field for a file that tells when the browser hands on what is chosen: a file chosen before that would be lost without a word.
/// </summary>
public sealed class FileField : InputFile
{
    [Parameter]
    public EventCallback OnReady { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            await OnReady.InvokeAsync();
        }
    }
}
