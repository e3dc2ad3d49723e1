using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Verification;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror signing-key</c></summary>
internal static class SigningKeyCommands
{
    public static Command Create() => ServerCommand.Group(
        "signing-key",
        "Add, generate, list, retire and revoke the OpenPGP keys with which the providers of a registry namespace are signed.",
        Add(),
        Generate(),
        List(),
        Retire(),
        Revoke());

    private static ServerCommand Add()
    {
        var (name, group) = (RegistryNamespaceCommands.Name("namespace"), CommandOptions.GroupPath("The root group."));
        var file = new Argument<FileInfo?>("file")
        {
            Description = "The armored public key. [default: standard input]",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = CommandOptions.ExistingFile("<file>"),
            DefaultValueFactory = _ => null,
        };
        var secret = new Option<bool>("--private")
        {
            Description = "Read the private key from standard input, without a passphrase. The server signs imported providers with it.",
        };
        return new ServerCommand(
            "add",
            "Add a signing key to a registry namespace. New versions may be signed with any active key.",
            "mirror signing-key add acme key.asc --group-path platform",
            "gpg --armor --export releases@example.com | mirror signing-key add acme",
            "gpg --armor --export-secret-keys releases@example.com | mirror signing-key add acme --private")
        {
            name, file, secret, group,
        }
        .Requires(result =>
        {
            if (result.GetValue(secret) && result.GetValue(file) is not null)
            {
                result.AddError("--private reads the key from standard input; it cannot be combined with a file.");
            }
        })
        .Runs(async (client, call) =>
        {
            NewPublishingKey key;
            if (call.Get(secret))
            {
                key = new NewPublishingKey(PrivateKey: await SecretInput.ReadAllAsync(OpenPgpSigner.MaxArmor, call.Stop));
            }
            else if (call.Get(file) is { } path)
            {
                using var reader = path.OpenText();
                key = new NewPublishingKey(await SecretInput.ReadAllAsync(PublishingKeys.MaxArmor, call.Stop, reader));
            }
            else
            {
                key = new NewPublishingKey(await SecretInput.ReadAllAsync(PublishingKeys.MaxArmor, call.Stop));
            }

            var added = await client.AddSigningKeyAsync(call.Get(group), call.Get(name), key, call.Stop);
            return call.Print(added, $"Added the key {added.Fingerprint} ({added.Owner}) to {call.Get(name)}.");
        });
    }

    private static ServerCommand Generate()
    {
        var (name, group) = (RegistryNamespaceCommands.Name("namespace"), CommandOptions.GroupPath("The root group."));
        var owner = new Option<string>("--owner")
        {
            Description = "The owner that the key names, such as 'Acme <releases@example.com>'.",
            HelpName = "name",
            Required = true,
        };
        return new ServerCommand(
            "generate",
            "Generate a signing key. Its private part stays on the server, which signs imported providers with it.",
            "mirror signing-key generate acme --owner 'Acme <releases@example.com>'") { name, owner, group }
            .Runs(async (client, call) =>
            {
                var added = await client.GenerateSigningKeyAsync(call.Get(group), call.Get(name), call.Get(owner), call.Stop);
                return call.Print(added, $"Generated the key {added.Fingerprint} ({added.Owner}) of {call.Get(name)}.");
            });
    }

    private static ServerCommand List()
    {
        var (name, group) = (RegistryNamespaceCommands.Name("namespace"), CommandOptions.GroupPath("The root group."));
        return new ServerCommand("list", "List the signing keys of a registry namespace.", "mirror signing-key list acme") { name, group }
            .Runs(async (client, call) =>
            {
                var list = await client.ListSigningKeysAsync(call.Get(group), call.Get(name), call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "No keys.",
                    new("KEY", key => key.Fingerprint, Folds: true),
                    new("OWNER", key => key.Owner ?? "-", Folds: true),
                    new("STATE", StateOf, Tone: ToneOf),
                    new("ALGORITHM", key => key.Algorithm ?? "-", Spare: true),
                    new("ADDED (UTC)", key => CommandText.Time(key.AddedAt), Spare: true),
                    new("REASON", key => key.Reason ?? "-", Folds: true));
            });
    }

    private static ServerCommand Retire()
    {
        var (name, fingerprint, group) = (RegistryNamespaceCommands.Name("namespace"), Fingerprint(), CommandOptions.GroupPath("The root group."));
        var reason = Reason(isRequired: false);
        return new ServerCommand(
            "retire",
            "Accept no new versions that a key signed. Versions that it signed stay available.",
            "mirror signing-key retire acme '<fingerprint>' --reason 'replaced by the key of 2027'") { name, fingerprint, reason, group }
            .Runs(async (client, call) =>
            {
                await client.ChangeSigningKeyAsync(
                    call.Get(group), call.Get(name), call.Get(fingerprint), "retire", call.Get(reason), call.Stop);
                return call.Print(
                    Changed(call, group, name, fingerprint), $"Retired the key {call.Get(fingerprint)} of {call.Get(name)}.");
            });
    }

    private static ServerCommand Revoke()
    {
        var (name, fingerprint, group) = (RegistryNamespaceCommands.Name("namespace"), Fingerprint(), CommandOptions.GroupPath("The root group."));
        var reason = Reason(isRequired: true);
        return new ServerCommand(
            "revoke",
            "Withhold all versions that a key signed. A revoked key cannot be used again.",
            "mirror signing-key revoke acme '<fingerprint>' --reason 'the key was stolen'") { name, fingerprint, reason, group }
            .Confirms(call => $"Revoke the key {call.Get(fingerprint)} of {call.Get(name)}, and withhold all versions that it signed?")
            .Runs(async (client, call) =>
            {
                await client.ChangeSigningKeyAsync(
                    call.Get(group), call.Get(name), call.Get(fingerprint), "revoke", call.Get(reason), call.Stop);
                return call.Print(
                    Changed(call, group, name, fingerprint),
                    $"Revoked the key {call.Get(fingerprint)} of {call.Get(name)}. Versions that it signed are withheld.");
            });
    }

    private static Argument<string> Fingerprint() => new("fingerprint")
    {
        Description = "The fingerprint of the key, 40 hexadecimal digits, as 'mirror signing-key list' shows it.",
        CustomParser = CommandOptions.ParseWith(KeyFingerprint.Parse),
    };

    private static Option<string?> Reason(bool isRequired) => new("--reason")
    {
        Description = "The reason, shown in lists and to clients.",
        HelpName = "text",
        Required = isRequired,
    };

    private static JsonObject Changed(
        CommandCall call, Option<NamespacePath> group, Argument<string> name, Argument<string> fingerprint) => new()
        {
            ["groupPath"] = call.Get(group).Value,
            ["namespace"] = call.Get(name),
            ["fingerprint"] = call.Get(fingerprint),
        };

    private static string StateOf(PublishingKey key) =>
        key.State.ToString().ToLowerInvariant() + (key is { SignsHere: true, State: PublishingKeyState.Active } ? ", signs here" : "");

    private static Tone ToneOf(PublishingKey key) => key.State switch
    {
        PublishingKeyState.Active => Tone.Good,
        PublishingKeyState.Retired => Tone.Quiet,
        _ => Tone.Bad,
    };
}
