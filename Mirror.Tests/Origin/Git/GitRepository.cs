using System.Diagnostics;

namespace Mirror.Tests.Origin.Git;

/// <summary>A repository of a <see cref="GitServer"/>, changed with the real <c>git</c>.</summary>
public sealed class GitRepository
{
    private readonly string _work;

    internal GitRepository(string directory, string name)
    {
        Name = name;
        _work = Path.Combine(directory, "work", name);
        Bare = Path.Combine(directory, "served", name);
        Directory.CreateDirectory(_work);
        Run("init", "--quiet", "--initial-branch=main");
    }

    /// <summary>The path below the server's URL: <c>acme/vpc.git</c>.</summary>
    public string Name { get; }

    /// <summary>The directory that the server serves.</summary>
    public string Bare { get; }

    /// <summary>Writes files, commits everything, and publishes it on <c>main</c>.</summary>
    /// <returns>The commit.</returns>
    public string Commit(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            Write(path, text);
        }

        return Commit();
    }

    /// <summary>Commits everything in the working directory.</summary>
    public string Commit()
    {
        Run("add", "--all", "--force");
        Run("commit", "--quiet", "--allow-empty", "--message=Change");
        Publish();
        return Resolve("HEAD");
    }

    public void Write(string path, string text)
    {
        string file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void WriteExecutable(string path, string text)
    {
        Write(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string PathOf(string path) => Path.Combine(_work, path);

    /// <summary>Tags the current commit, also if the tag exists.</summary>
    public void Tag(string name, bool annotated = false)
    {
        Run(annotated ? ["tag", "--force", "--annotate", "--message=Release", name] : ["tag", "--force", name]);
        Publish();
    }

    public void Branch(string name)
    {
        Run("branch", "--force", name);
        Publish();
    }

    public string Resolve(string revision) => Run("rev-parse", revision).Trim();

    /// <summary>The archive of a commit as forges create it.</summary>
    public byte[] Archive(string commit, string prefix)
    {
        string file = Path.GetTempFileName();
        try
        {
            Run("archive", "--format=tar.gz", $"--prefix={prefix}", $"--output={file}", commit);
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs <c>git</c> in the working directory.</summary>
    public string Run(params string[] arguments) => Run(_work, arguments);

    private static string Run(string directory, string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "protocol.file.allow=always", .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Test";
            start.Environment[$"GIT_{who}_EMAIL"] = "test@example.com";
            start.Environment[$"GIT_{who}_DATE"] = "2026-01-01T00:00:00Z";
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed: {errors.GetAwaiter().GetResult()}");
    }

    private void Publish()
    {
        if (!Directory.Exists(Bare))
        {
            Directory.CreateDirectory(Bare);
            Run(Bare, ["init", "--quiet", "--bare", "--initial-branch=main"]);
        }

        Run("push", "--quiet", "--force", "--all", Bare);
        Run("push", "--quiet", "--force", "--tags", Bare);
    }
}
