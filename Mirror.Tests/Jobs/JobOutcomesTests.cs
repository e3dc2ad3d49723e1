using Mirror.Core.Database;
using Mirror.Core.Jobs;
using Xunit;

namespace Mirror.Tests.Jobs;

public sealed class JobOutcomesTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, JobPackageOutcome.Used, JobPackageOutcome.Used)]
    [InlineData(JobPackageOutcome.Used, null, JobPackageOutcome.Used)]
    [InlineData(JobPackageOutcome.Used, JobPackageOutcome.Cached, JobPackageOutcome.Cached)]
    [InlineData(JobPackageOutcome.Cached, JobPackageOutcome.Used, JobPackageOutcome.Cached)]
    [InlineData(JobPackageOutcome.Cached, JobPackageOutcome.Failed, JobPackageOutcome.Failed)]
    [InlineData(JobPackageOutcome.Failed, JobPackageOutcome.Used, JobPackageOutcome.Used)]
    [InlineData(JobPackageOutcome.Failed, null, null)]
    public void Merge_OfTwoRequests_ReturnsTheMoreImportantOutcome(JobPackageOutcome? before, JobPackageOutcome? next, JobPackageOutcome? expected) =>
        Assert.Equal(expected, JobOutcomes.Merge(new JobResult(before), new JobResult(next)).Outcome);
}
