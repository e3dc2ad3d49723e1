using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core;
using Mirror.Tests.Hosting;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Commands;

namespace Mirror.Tests.Snapshots;

/// <summary>Clients and scripts depend on the REST API and the command line, so changes must be visible.</summary>
public sealed class SnapshotTests
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task OpenApiDocument_OfTheServer_MatchesTheSnapshot()
    {
        await using var server = await MirrorServer.StartAsync();
        string document = await server.Client.GetStringAsync("/openapi/v1.json");
        string own = server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        string normal = document.Replace(own, "https://mirror.example.com", StringComparison.Ordinal)
            .Replace(ProductVersion.Text, "0.0.0", StringComparison.Ordinal);

        await Snapshot.AssertAsync("openapi.json", JsonNode.Parse(normal)!.ToJsonString(Indented) + "\n");
    }

    [Fact]
    public Task Commands_WithArgumentsAndOptions_MatchTheSnapshot()
    {
        var text = new StringBuilder();
        Describe(MirrorCommandLine.CreateRoot(), "mirror", text);

        return Snapshot.AssertAsync("commands.txt", text.ToString());
    }

    private static void Describe(Command command, string path, StringBuilder text)
    {
        text.Append(path);
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
        {
            var group = argument as GroupPosition;
            string many = group is null && argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
            bool isOptional = group is null ? argument.Arity.MinimumNumberOfValues == 0 : !group.Required;
            text.Append(isOptional ? $" [<{argument.Name}>{many}]" : $" <{argument.Name}>{many}");
        }

        text.Append('\n');
        foreach (var option in command.Options.Where(option => !option.Hidden).OrderBy(option => option.Name, StringComparer.Ordinal))
        {
            string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)
                ? ""
                : $" <{option.HelpName ?? option.ValueType.Name.ToLowerInvariant()}>";
            text.Append("    ")
                .AppendJoin(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name))
                .Append(value)
                .Append(option.Required ? " (required)" : "")
                .Append('\n');
        }

        foreach (var child in command.Subcommands.Where(child => !child.Hidden).OrderBy(child => child.Name, StringComparer.Ordinal))
        {
            Describe(child, $"{path} {child.Name}", text);
        }
    }
}
