using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

public sealed class ConditionNoticeTests : UiFixture, IAsyncLifetime
{
    private readonly FakeOrigin _origin;

    public ConditionNoticeTests()
        : this(FakeOrigin.Start())
    {
    }

    private ConditionNoticeTests(FakeOrigin origin)
        : base(options => options with
        {
            Upstream = options.Upstream with
            {
                Limits = options.Upstream.Limits with { DocumentAttempts = 1, BreakerFailures = 1 },
                Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }],
            },
        })
    {
        _origin = origin;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public void Notice_WithoutIssues_IsEmpty() => Assert.Equal("", Render<ConditionNotice>().Markup.Trim());

    [Fact]
    public async Task Notice_WithASuspendedHost_NamesItAndItsEffects()
    {
        _origin.Misbehave(_ => true, Fault.Status(500));
        var scope = (
            await Services.GetRequiredService<NamespaceDirectory>().FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None))!;
        await Services.GetRequiredService<ProviderMirror>().GetCurrentVersionsAsync(
            scope, ProviderAddress.Parse($"{MirrorWithOrigin.Host}/example/hello"), CancellationToken.None);

        var notice = Render<ConditionNotice>();

        Assert.Equal(new Uri(_origin.ProvidersUrl).Authority, notice.Find(".condition strong").TextContent);
        Assert.Contains("cached content is still served.", notice.Markup, StringComparison.Ordinal);
        Assert.Equal("status", notice.Find(".condition").GetAttribute("role"));
    }
}
