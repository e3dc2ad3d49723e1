using Mirror.Core.Fetching.Proofs;
using Mirror.Tests.Time;

namespace Mirror.Tests.Fetching.Proofs;

public sealed class NewestProofsTests
{
    [Theory]
    [InlineData(true, -500, true)]
    [InlineData(true, 0, true)]
    [InlineData(true, null, true)]
    [InlineData(false, -500, false)]
    [InlineData(false, 0, false)]
    public async Task IsOver_AfterTheDeadline_DependsOnTheProofOnly(bool isCompleted, int? remaining, bool expected)
    {
        var proof = isCompleted ? Task.CompletedTask : new TaskCompletionSource().Task;

        bool isOver = await NewestProofs.IsOverAsync(
            proof, remaining is { } left ? TimeSpan.FromMilliseconds(left) : null, new ManualTimeProvider(), CancellationToken.None);

        Assert.Equal(expected, isOver);
    }
}
