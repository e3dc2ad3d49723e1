namespace Mirror.Web.Ui.Widgets;

/// <param name="Failed">Whether it says that something did not happen.</param>
public sealed record Notification(string Text, bool Failed);

/// <summary>What an action has to say to the visitor of this circuit, on the page it leads to.</summary>
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
