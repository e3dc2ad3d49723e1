using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mirror.Tests.Architecture;

/// <summary>
/// Holds the English of the sources: a list of idioms that .NET's and HashiCorp's documentation would not use, each with what to write
/// instead.
/// </summary>
public sealed class WordListTests
{
    // <words>
    private static readonly (string Pattern, string Suggestion)[] Words =
    [
        ("nobody", "no one; better: 'no user', 'no client', or turn the sentence: 'users without a role'"),
        ("somebody", "a user, a client, an operator"),
        ("everybody", "all users, anyone, every client; 'anonymous read access'"),
        ("anybody", "anyone, any client"),
        ("whoever|whomever", "users who, a client that, callers with"),
        ("whom", "recast: 'the user who', 'users that the issuer trusts'"),
        ("(only|for|of|to|from|by|than|with) who (is|are|has|may|can|does|asks)", "a user who, callers that"),
        ("whatever", "any, all, regardless of"),
        ("whichever", "any, the one that, regardless of which"),
        ("wherever", "anywhere, everywhere, regardless of where"),
        ("however (it|they|the|long|many|much|large|often|small|deep|big)", "any number of, regardless of"),
        ("for people", "for display, human-readable"),
        ("strangers?", "unknown clients, unauthenticated callers, untrusted input"),
        ("what (comes|came|goes|went)", "external input, new content: name the thing"),
        ("what is (stored|cached|kept|fetched|published|imported|served|known|asked|needed|read|sent|written)",
            "name the thing: stored packages, cached documents"),
        ("what is (amiss|there|below|left|damaged|missing|signed|unsigned|verified|hidden|wrong)",
            "name the thing: the damaged packages, the remaining bytes"),
        ("what has (been|come|a|no)", "name the thing"),
        (@"summary>\W*(what|who|whom|whose)", "begin with a noun: 'The stored packages of a group.', 'A problem found in …'"),
        ("of (ours|theirs|mine|hers)", "our, their own, this server's"),
        ("of (its|their|one's|your) own", "its own X, a separate X"),
        ("(null|empty|false|true|none|zero|nothing) (only )?where", "null if, empty if"),
        ("where there (is|are)", "if there is, if any"),
        ("where (not|nothing|no|none|only)", "if not, if no"),
        ("as (it|they) (is|are|was|were|stands?)", "as is, unchanged"),
        ("as things are", "currently; or name the state"),
        ("(only|at most) so many", "a limited number, up to N"),
        ("anew", "again, new"),
        (@"(left|leaves?|leaving) ([\w@{}.]+ ){0,3}alone", "suspended (circuit breaker), unchanged, ignored"),
        ("for (a|the) moment", "temporarily, for a short time"),
        ("in vain", "without success; 'negative cache'"),
        ("comes? to nothing", "has no effect, fails"),
        ("(is|are|was|were|be|been) told", "gets, receives, is shown, is informed; 'the server logs'"),
        ("told (apart|of|by)", "distinguished, reported"),
        ("(not|cannot|can|to|never) tell", "determine, report, specify"),
        ("tells? (of|apart|whether|which|how|from)", "determines, reports, describes"),
        ("stands? (in|at|beside|on|above|below|there|together|behind|alone|between|next)", "is (in), replaces"),
        ("stands? (first|last|still|before|after)", "is listed first, stalls"),
        ("stands? for", "represents, means; 'matches' for a pattern"),
        ("(lies|lie|lay) (in|on|under|below|beside|elsewhere|behind|within|outside|at|inside|between|there)", "is in, is stored in"),
        ("bears?", "has, carries"),
        ("(at|by) hand", "available; manually"),
        (@"hand(s|ed|ing)? (\w+ ){0,3}on\b(?! disk)", "pass on, forward"),
        ("handed (over|out|back)", "passed, issued, returned"),
        ("for good", "permanently"),
        ("for ever", "forever, indefinitely, permanently"),
        ("all the same", "anyway, still, nevertheless"),
        ("lately", "recently"),
        ("alike", "in the same way, both, identically"),
        ("amiss", "wrong, a problem"),
        ("mend(s|ed|ing)?", "fix, repair, correct"),
        ("at once", "immediately; concurrently; in one request"),
        ("says? so", "reports it, states that"),
        ("did so|do so|does so|is so", "name the verb"),
        ("takes? on", "accepts, handles"),
        ("takes? (its|the|their) place", "replaces"),
        ("in (its|their) place", "instead"),
        ("in place of", "instead of"),
        ("give(s|n)? up (its|their) place", "release the slot, is moved to"),
        ("makes? room|making room", "free space, evict"),
        ("(go|goes|going|went|gone) on", "continue, resume"),
        ("(go|goes) (with|along|away|by)", "is sent with, is removed, is deleted"),
        ("way over", "migration path, upgrade path"),
        ("in the way", "blocks, conflicts"),
        ("to speak of", "noticeable"),
        ("(for|from|in) want of", "for lack of, because there is no"),
        (@"(take|takes|taken|taking|took|tell|told|keep|keeps|kept) (\w+ ){0,2}apart", "parse, distinguish, separate"),
        ("beside", "next to, with, in addition to"),
        ("looks? after", "manages, maintains"),
        ("by itself|for itself", "automatically, on its own, separately"),
        ("wholly", "entirely, completely"),
        ("(is|are|was|were) there[.,;:)<]", "exists, is available, has arrived"),
        ("knows? nothing (of|about)", "has no dependency on, does not use"),
        ("half-way", "partially; midway"),
        ("untold", "not reported"),
        ("from the one to the other", "between them"),
        ("goes, (and )?with", "'Delete X and its 12 packages?'"),
        ("asked in vain", "negative cache"),
        ("made of one piece", "consistent"),
        ("out of (its|their|the) way", "elsewhere"),
        ("to be (had|seen|found)", "available, visible"),
    ];

    /// <summary>Parts of names, with their case.</summary>
    private static readonly (string Pattern, string Suggestion)[] Names =
    [
        ("Nobody", "Anonymous, NoUser, NotSignedIn"),
        ("Somebody|Everybody|Anybody|Whoever", "User, Client, AnyUser, AllUsers, Anonymous"),
        ("Whatever", "Any"),
        ("Anew", "Again, New, ForceRefresh"),
        ("(?<!origins)LeftAlone", "Suspended"),
        ("Strangers?", "UnknownClient, Unauthenticated"),
        ("Patience", "Timeout, DocumentTimeout"),
        ("Doubt", "HeaderCheck"),
        ("Voucher", "HashSource"),
        ("TrustsFirst", "TrustOnFirstUse"),
        ("RecentFailures", "NegativeCache"),
        ("RefusalLog", "DeniedRequestLog"),
        ("MirrorScope", "ResolvedNamespace"),
        ("ForgetAsync", "InvalidateAsync"),
    ];
    // </words>

    private static readonly string[] Extensions = [".cs", ".razor", ".resx", ".md"];

    private static readonly (Regex Regex, string Suggestion)[] Rules =
    [
        .. Words.Select(word => (Rule($@"\b(?:{Spaced(word.Pattern)})(?!\w)", RegexOptions.IgnoreCase), word.Suggestion)),
        .. Names.Select(name => (Rule($"(?:{name.Pattern})(?![a-z])", RegexOptions.None), name.Suggestion)),
    ];

    [Fact]
    public void Sources_ContainNoWordOfTheList()
    {
        string root = RepositoryRoot();
        var found =
            from path in Sources(root)
                .AsParallel().AsOrdered()
            let name = Path.GetRelativePath(root, path).Replace('\\', '/')
            from hit in Find(File.ReadAllText(path))
            select $"{name}:{hit}";

        string text = string.Join('\n', found);
        Assert.True(text.Length == 0, text);
    }

    [Theory]
    [InlineData("/// Asked\n    /// anew.", "2: 'anew'")]
    [InlineData("It stands\r\n    // still.", "1: 'stands still'")]
    [InlineData("bool forceAnew", "1: 'Anew'")]
    [InlineData("Nobody_MayRead", "1: 'Nobody'")]
    public void Find_WordOfTheList_GivesLineAndWord(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Find(text)), StringComparison.Ordinal);

    [Fact]
    public void Find_OrdinaryText_GivesNothing() => Assert.Empty(Find("A renewed certificate outstands all foreign keys: Canew."));

    private static IEnumerable<string> Find(string text) =>
        from rule in Rules
        from Match match in rule.Regex.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n') + 1
        select $"{line}: '{string.Join(' ', match.Value.Split([' ', '\t', '\r', '\n', '/'], StringSplitOptions.RemoveEmptyEntries))}'; "
            + $"use {rule.Suggestion}";

    /// <summary>A space also matches the end of a comment's line.</summary>
    private static string Spaced(string pattern) => pattern.Replace(" ", @"(?:[ \t]+|[ \t]*\r?\n[ \t]*(?:///?[ \t]*)?)", StringComparison.Ordinal);

    private static Regex Rule(string pattern, RegexOptions options) =>
        new(pattern, options | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));

    /// <summary>Without build output, tools' folders, generated migrations and this file.</summary>
    private static IEnumerable<string> Sources(string folder, [CallerFilePath] string self = "") =>
        Directory.EnumerateFiles(folder)
            .Where(path => Array.Exists(Extensions, extension => path.EndsWith(extension, StringComparison.Ordinal)) && path != self)
            .Concat(Directory.EnumerateDirectories(folder).Where(IsSource).SelectMany(child => Sources(child, self)));

    private static bool IsSource(string folder) =>
        Path.GetFileName(folder) is not ("bin" or "obj" or "data" or "node_modules" or "Migrations" or "TestResults") and [not '.', ..];

    private static string RepositoryRoot([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
