using Microsoft.JSInterop;

namespace Mirror.Web.Ui;

/// <summary>The preferences of the user in this circuit or prerendered page.</summary>
public sealed class PreferenceStore(IJSRuntime script)
{
    /// <summary>Raised after a change, on the circuit's synchronization context.</summary>
    public event Action? Changed;

    public Preferences Current { get; private set; } = new();

    /// <summary>Takes over what the document was rendered with.</summary>
    public void Begin(Preferences preferences) => Current = preferences;

    /// <summary>Applies a change immediately, and keeps it in the browser.</summary>
    public async Task SetAsync(Preferences preferences)
    {
        Current = preferences;
        Changed?.Invoke();
        await script.InvokeVoidAsync("mirror.setPreferences", preferences.Theme, preferences.Density, preferences.Clock);
    }

    /// <summary>Asks a browser for its time zone that had not stated it when it asked for the page.</summary>
    public async Task FindZoneAsync()
    {
        if (Current.Zone is null && await script.InvokeAsync<string?>("mirror.timeZone") is { Length: > 0 } zone)
        {
            Current = Current with { Zone = zone };
            Changed?.Invoke();
        }
    }
}
