using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace Mirror.Web.Features.Syncs;

/// <summary>A file field that reports when the browser handles its events: a file chosen earlier would be lost silently.</summary>
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
