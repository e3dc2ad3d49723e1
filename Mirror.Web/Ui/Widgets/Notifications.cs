namespace Mirror.Web.Ui.Widgets;

/// <param name="Failed">Whether it reports a failure.</param>
public sealed record Notification(string Text, bool Failed);

/// <summary>The notification of this circuit's last action, shown on the page to which it leads.</summary>
public sealed class Notifications
{
    public event Action? Changed;

    public Notification? Current { get; private set; }

    public void Show(Notification? notice)
    {
        Current = notice;
        Changed?.Invoke();
    }
}
