using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary>Describes what a change of a policy would hide and show.</summary>
public static class PolicyEffectText
{
    /// <summary>A sentence for the versions that become hidden, and one for those that become available; one sentence if there are neither.</summary>
    public static IReadOnlyList<string> Summarize(PolicyEffect effect)
    {
        List<string> sentences =
        [
            .. effect.Hidden.IsEmpty ? Array.Empty<string>() : [Sentence(Texts.Hides, effect.Hidden, effect.IsComplete)],
            .. effect.Shown.IsEmpty ? Array.Empty<string>() : [Sentence(Texts.Shows, effect.Shown, effect.IsComplete)],
        ];
        return sentences.Count > 0 ? sentences : [Texts.ChangesNothing];
    }

    /// <summary>The sentences with the affected providers below each, for a terminal.</summary>
    internal static IEnumerable<string> Lines(PolicyEffect effect)
    {
        if (effect.Hidden.IsEmpty && effect.Shown.IsEmpty)
        {
            yield return Texts.ChangesNothing;
        }

        foreach (var (format, affected) in new[] { (Texts.Hides, effect.Hidden), (Texts.Shows, effect.Shown) })
        {
            if (affected.IsEmpty)
            {
                continue;
            }

            yield return Sentence(format, affected, effect.IsComplete);
            foreach (var provider in affected.Providers)
            {
                yield return $"  {provider.Provider.Display}: {Names(provider)}";
            }

            if (Unnamed(affected) is { } more)
            {
                yield return $"  {more}";
            }
        }
    }

    /// <summary>The versions of a provider, and how many more there are.</summary>
    public static string Names(AffectedProvider provider)
    {
        string names = string.Join(", ", provider.Versions);
        int more = provider.Stored + provider.Listed - provider.Versions.Count;
        return more > 0 ? Texts.AndMore.With(names, more.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)) : names;
    }

    /// <summary>How many providers an effect does not name; null if it names all.</summary>
    public static string? Unnamed(AffectedVersions affected) =>
        affected.Providers.Count < PolicyPreview.MaxProviders ? null : Texts.OnlySomeProviders.With(affected.Providers.Count);

    private static string Sentence(string format, AffectedVersions affected, bool isComplete)
    {
        string stored = Texts.OfProviders.With(
            TextFormat.Count(affected.Stored, Texts.OneStored, Texts.ManyStored),
            TextFormat.Count(affected.StoredProviders, Texts.OneProvider, Texts.ManyProviders));
        string listed = Texts.OfProviders.With(
            TextFormat.Count(affected.Listed, Texts.OneListed, Texts.ManyListed),
            TextFormat.Count(affected.ListedProviders, Texts.OneProvider, Texts.ManyProviders));
        string what = (affected.Stored, affected.Listed) switch
        {
            (_, 0) => stored,
            (0, _) => listed,
            _ => Texts.Both.With(stored, listed),
        };
        return format.With(isComplete ? what : Texts.AtLeast.With(what));
    }
}
