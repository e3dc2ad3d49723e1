namespace Mirror.Web.Ui.Widgets;

/// <param name="Failed">Whether it reports a failure; such a notification stays until the user closes it.</param>
public sealed record Notification(string Text, bool Failed);

/// <summary>The notification of this circuit's last action, also on the page to which the action leads.</summary>
public sealed class Notifications
{
    public event Action? Changed;

    public Notification? Current { get; private set; }

    /// <summary>Replaces the current notification.</summary>
    public void Show(Notification? notice)
    {
        Current = notice;
        Changed?.Invoke();
    }
}
