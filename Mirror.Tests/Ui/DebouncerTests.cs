using Mirror.Tests.Time;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Ui;

public sealed class DebouncerTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Half = Delay / 2;

    private readonly ManualTimeProvider _time = new();
    private readonly Debouncer _debouncer;
    private int _runs;

    public DebouncerTests() => _debouncer = new Debouncer(_time, Delay, () => _runs++);

    public void Dispose() => _debouncer.Dispose();

    [Fact]
    public void Postpone_CalledRepeatedly_RunsOnceAfterTheLastCall()
    {
        for (int i = 0; i < 5; i++)
        {
            _debouncer.Postpone();
            _time.Advance(Half);
        }

        Assert.Equal(0, _runs);
        _time.Advance(Half);
        Assert.Equal(1, _runs);
        _time.Advance(Delay * 10);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public void Throttle_CalledRepeatedly_RunsOncePerInterval()
    {
        for (int i = 0; i < 6; i++)
        {
            _debouncer.Throttle();
            _time.Advance(Half);
        }

        Assert.Equal(3, _runs);
    }

    [Fact]
    public void Cancel_WhileWaiting_RunsNothing()
    {
        _debouncer.Postpone();
        _debouncer.Cancel();
        _time.Advance(Delay * 2);

        Assert.Equal(0, _runs);
    }

    [Fact]
    public void Dispose_WhileWaiting_RunsNothing()
    {
        _debouncer.Postpone();
        _debouncer.Dispose();
        _time.Advance(Delay * 2);

        Assert.Equal(0, _runs);
    }
}
