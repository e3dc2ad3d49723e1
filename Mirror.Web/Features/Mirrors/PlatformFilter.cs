using System.CommandLine;
using Mirror.Core.Catalog;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The order of a list of platforms.</summary>
internal enum PlatformSort
{
    Platform,
    CachedAt,
}

/// <summary>The options of <c>mirror list-platforms</c> that select, sort and page.</summary>
internal sealed class PlatformFilter
{
    public Option<string?> Os { get; } = new("--os") { Description = "Only platforms with this operating system.", HelpName = "os" };

    public Option<string?> Architecture { get; } = new("--architecture") { Description = "Only platforms with this architecture.", HelpName = "arch" };

    public Option<PlatformSort> Sort { get; } = new Option<PlatformSort>("--sort")
    {
        Description = "platform or cachedAt. [default: platform]",
        HelpName = "by",
    }.AcceptOnly(Choices.Of<PlatformSort>());

    public Option<bool> Descending { get; } = new("--descending") { Description = "Sort in descending order." };

    public Option<int?> Skip { get; } = CommandOptions.Number("--skip", "The number of platforms to skip. [default: 0]", least: 0);

    public Option<int?> Take { get; } = CommandOptions.Number("--take", "The maximum number of platforms. [default: all]", least: 1);

    public PlatformList Apply(PlatformList list, CommandCall call)
    {
        var (os, arch) = (call.Get(Os), call.Get(Architecture));
        var selected = list.Platforms
            .Where(item => (os is null || item.Platform.Os == os) && (arch is null || item.Platform.Arch == arch))
            .OrderBy(item => call.Get(Sort) == PlatformSort.CachedAt ? item.CachedAt : default)
            .ThenBy(item => item.Platform)
            .ToList();
        if (call.Get(Descending))
        {
            selected.Reverse();
        }

        return new PlatformList([.. selected.Skip(call.Get(Skip) ?? 0).Take(call.Get(Take) ?? int.MaxValue)]);
    }
}
