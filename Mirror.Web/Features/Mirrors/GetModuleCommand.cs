using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror get-module</c></summary>
internal static class GetModuleCommand
{
    public static ServerCommand Create()
    {
        var address = new Argument<ModuleAddress>("address")
        {
            Description = "The module, such as terraform-aws-modules/vpc/aws or mirror.example.com/acme/vpc/aws.",
            CustomParser = CommandOptions.ParseWith(ModuleAddress.Parse),
        };
        var (version, group) = (CommandOptions.Version(), CommandOptions.GroupPath());
        return new ServerCommand(
            "get-module",
            "Show a stored module version. Prints its inputs, outputs, providers and the modules that it calls.",
            "mirror get-module terraform-aws-modules/vpc/aws 5.21.0",
            "mirror get-module --group-path platform mirror.example.com/acme/vpc/aws 1.2.0 --json") { address, version, group }
            .Runs(async (client, call) =>
            {
                var found = await client.GetModuleAsync(call.Get(group), call.Get(address), call.Get(version), call.Stop);
                if (call.Output.IsJson)
                {
                    call.Output.Json(found);
                }
                else
                {
                    Print(found, call.Output);
                }

                return ExitCodes.Success;
            });
    }

    private static void Print(ModuleDetails module, CommandOutput output)
    {
        foreach (string line in Summary(module, output))
        {
            output.Line(line);
        }

        var root = module.Documentation.Root;
        Print(output, root.Inputs, ["INPUT", new("TYPE", Folds: true), new("DEFAULT", Folds: true), new("DESCRIPTION", Spare: true, Folds: true)], input =>
            [input.Name, OneLine(input.Type ?? "any"), input.IsRequired ? "(required)" : OneLine(input.Default!), OneLine(input.Description ?? "")]);
        Print(output, root.Outputs, ["OUTPUT", new("DESCRIPTION", Folds: true)], item => [item.Name, OneLine(item.Description ?? "")]);
        Print(output, root.Providers, ["PROVIDER", new("SOURCE", Folds: true), "VERSION"], item => [item.Name, item.Source ?? "-", item.Version ?? "any"]);
        Print(output, root.Dependencies, ["MODULE", new("SOURCE", Folds: true), "VERSION", "FETCHED"], item =>
            [item.Name, item.Source, item.Version ?? "-", new TableCell(Fetched(item.Kind), item.Kind == ModuleSourceKind.Direct ? Tone.Caution : Tone.Plain)]);
        Print(output, [.. module.Documentation.Submodules, .. module.Documentation.Examples], ["DIRECTORY", "INPUTS", "OUTPUTS"], part =>
            [part.Path, $"{part.Inputs.Count}", $"{part.Outputs.Count}"]);
        Print(output, module.Documentation.Problems, [new("PROBLEM", Folds: true)], problem => [problem]);
    }

    private static IEnumerable<string> Summary(ModuleDetails module, CommandOutput output)
    {
        var package = module.Package;
        yield return $"module      {package.Module.Display}";
        yield return $"version     {package.Version}";
        yield return $"{(module.IsPublished ? "published" : "cached   ")}   {CommandText.Time(package.CachedAt)} UTC by {package.CachedBy.Name}";
        yield return $"archive     {package.Format}, {Quantity.FormatSize(package.Size)}, SHA-256 {package.Digest}";
        if (package.Origin is { } origin)
        {
            yield return $"repository  {origin.Repository}";
            yield return $"revision    {origin.Revision ?? "-"} ({origin.Commit ?? "unknown commit"})";
        }

        if (package.Origin?.MovedTo is { } moved)
        {
            yield return $"moved       {output.Paint($"{package.Origin.Revision} is now {moved}", Tone.Caution)}";
        }

        if (module.Deprecation is { } deprecation)
        {
            yield return $"deprecated  {output.Paint(deprecation.Message, Tone.Caution)}{(deprecation.Link is { } link ? $" {link}" : "")}";
        }

        if (module.Documentation.Root.TerraformVersion is { } required)
        {
            yield return $"terraform   {required}";
        }
    }

    /// <summary>Prints a table below an empty line, unless there is nothing to list.</summary>
    private static void Print<T>(
        CommandOutput output, IReadOnlyList<T> items, IReadOnlyList<TableHeader> header, Func<T, IReadOnlyList<TableCell>> row)
    {
        if (items.Count > 0)
        {
            output.Line("");
            output.Table(header, items.Select(row));
        }
    }

    private static string Fetched(ModuleSourceKind kind) => kind switch
    {
        ModuleSourceKind.Local => "with this module",
        ModuleSourceKind.Registry => "from a registry",
        _ => "directly",
    };

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
