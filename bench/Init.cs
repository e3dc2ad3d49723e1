using System.Diagnostics;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>Measures <c>terraform init</c> with cached packages, compared with a filesystem mirror of the same package.</summary>
internal static class Init
{
    private const string Provider = "registry.example.com/example/hello";
    private const string Package = "terraform-provider-hello_1.0.0_linux_amd64.zip";
    private const int Turns = 5;

    public static async Task MeasureAsync(Figures figures)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", added => added.Platforms("linux_amd64").PackageSize(100_000_000));
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var files = new TemporaryDirectory();
        Directory.CreateDirectory(files.Combine(Provider));
        await File.WriteAllBytesAsync(
            files.Combine(Provider, Package), await mirror.Client.GetByteArrayAsync($"v1/mirror/{Provider}/{Package}"));
        string filesystem = $$"""
            cat > files.tfrc <<'END'
            provider_installation {
              filesystem_mirror { path = "{{files.Path}}" }
            }
            END
            export TF_CLI_CONFIG_FILE=$PWD/files.tfrc
            """;

        var ratios = new List<double>();
        for (int turn = 0; turn <= Turns; turn++)
        {
            var baseline = await InitAsync(filesystem);
            var ours = await InitAsync(NetworkMirror.For(mirror));
            if (turn > 0)
            {
                ratios.Add(ours / baseline);
                Figures.Note($"init {ours.TotalMilliseconds:0} ms, from a filesystem mirror {baseline.TotalMilliseconds:0} ms");
            }
        }

        figures.AtMost("terraform init, time compared with a filesystem mirror", Figures.Median(ratios), 1.15);
    }

    private static async Task<TimeSpan> InitAsync(string configuration)
    {
        using var project = new TerraformProject(Provider);
        long start = Stopwatch.GetTimestamp();
        (await project.PasteAndRunAsync(configuration, "init")).AssertSuccess();
        return Stopwatch.GetElapsedTime(start);
    }
}
