using Mirror.Web.Cli;

namespace Mirror.Web.Hosting.Commands;

/// <summary>
/// Translates the arguments of <c>tharsis terraform-provider-mirror</c>: options with a single dash, Tharsis Resource Names (TRN) instead
/// of IDs, and sort orders. Other IDs of a Tharsis instance mean nothing here.
/// See https://gitlab.com/infor-cloud/martian-cloud/tharsis/tharsis-cli.
/// </summary>
internal static class TharsisArguments
{
    private const string Trn = "trn:";
    private const string Group = Trn + "group:";
    private const string Workspace = Trn + "workspace:";
    private const string Version = Trn + "terraform_provider_version_mirror:";
    private const string Platform = Trn + "terraform_provider_platform_mirror:";
    private const string Sort = "--sort";
    private const string Descending = "--descending";

    /// <summary>The sort orders of tharsis-cli and <c>-sort-order</c>, in lower case, by their options here.</summary>
    private static readonly Dictionary<string, string[]> SortOrders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CREATED_AT_ASC"] = [Sort, "cachedAt"],
        ["CREATED_AT_DESC"] = [Sort, "cachedAt", Descending],
        ["TYPE_ASC"] = [Sort, "provider"],
        ["TYPE_DESC"] = [Sort, "provider", Descending],
        ["ASC"] = [Sort, "cachedAt"],
        ["DESC"] = [Sort, "cachedAt", Descending],
    };

    /// <param name="args">The arguments after the command's name.</param>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> args)
    {
        int end = args.TakeWhile(arg => arg != "--").Count();
        var translated = new List<string>();
        for (int index = 0; index < end; index++)
        {
            string arg = HasOneDash(args[index]) ? $"-{args[index]}" : args[index];
            int equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=', StringComparison.Ordinal) : -1;
            string name = equals < 0 ? arg : arg[..equals];
            if (name is not ("--sort-by" or "--sort-order" or "--group-id" or CommandOptions.GroupPathName))
            {
                translated.AddRange(Resource(arg) ?? [arg]);
                continue;
            }

            string? value = equals >= 0 ? arg[(equals + 1)..] : index + 1 < end ? args[++index] : null;
            if (name is not ("--sort-by" or "--sort-order"))
            {
                translated.AddRange(value is null ? [name] : [name, Path(value) ?? value]);
            }
            else
            {
                translated.AddRange(value is null ? [Sort] : SortOrders.GetValueOrDefault(value) ?? [Sort, value]);
            }
        }

        // Tharsis does not ask before it deletes a platform.
        if (args is ["delete-platform", ..] && args.Any(arg => arg.StartsWith(Platform, StringComparison.Ordinal)))
        {
            translated.Add("--yes");
        }

        return [.. translated, .. args.Skip(end)];
    }

    private static bool HasOneDash(string arg) => arg is ['-', >= 'a' and <= 'z', not '=', ..];

    private static string? Path(string text) =>
        text.StartsWith(Group, StringComparison.Ordinal) ? text[Group.Length..]
        : text.StartsWith(Workspace, StringComparison.Ordinal) ? text[Workspace.Length..]
        : null;

    /// <summary>The group, address, version and platform that a TRN names; null for other arguments and malformed names.</summary>
    private static IReadOnlyList<string>? Resource(string arg)
    {
        if (Path(arg) is { } path)
        {
            return [path];
        }

        bool isPlatform = arg.StartsWith(Platform, StringComparison.Ordinal);
        if (!isPlatform && !arg.StartsWith(Version, StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = arg[(isPlatform ? Platform : Version).Length..].Split('/');
        string[] platform = isPlatform && parts.Length > 2 ? [$"{parts[^2]}_{parts[^1]}"] : [];
        string[] rest = isPlatform ? parts[..^Math.Min(2, parts.Length)] : parts;
        if (rest.Length < 4)
        {
            return null;
        }

        // The documentation omits the hostname in places; only hostnames have a dot.
        int address = rest.Length > 4 && rest[^4].Contains('.', StringComparison.Ordinal) ? 4 : 3;
        return
        [
            CommandOptions.GroupPathName, string.Join('/', rest[..^address]),
            string.Join('/', rest[^address..^1]), rest[^1], .. platform,
        ];
    }
}
