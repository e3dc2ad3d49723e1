using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Fetching.Packages;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

public sealed class ConditionNoticeTests() : UiFixture(options => options with { Packages = options.Packages with { Quota = 1 } })
{
    [Fact]
    public void Notice_WithoutIssues_IsEmpty() => Assert.Equal("", Render<ConditionNotice>().Markup.Trim());

    [Fact]
    public async Task Notice_WithFullStorage_SaysWhyNothingIsStored()
    {
        Assert.Null(await Services.GetRequiredService<StorageSpace>().TryReserveAsync(1_000, CancellationToken.None));

        var notice = Render<ConditionNotice>();

        Assert.Contains(
            "The last package could not be stored. The quota of 1 B (Mirror:Packages:Quota) is exceeded",
            notice.Find("[role=status]").TextContent,
            StringComparison.Ordinal);
    }
}
