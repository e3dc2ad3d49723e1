using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>Requests like those of the forges, with documents of the shape that they describe.</summary>
public static class ForgeDelivery
{
    public const string Commit = "5f2b1c8e6d0a4937b1f0c3d2e4a5968778695a4b";
    public const string NoCommit = "0000000000000000000000000000000000000000";

    /// <summary>A push of GitHub or Gitea, to a branch or of a tag.</summary>
    public static string Push(string reference, bool isDeleted = false, string repository = "acme/terraform-aws-vpc") =>
        $$"""
        {
          "ref": "{{reference}}",
          "before": "{{(isDeleted ? Commit : NoCommit)}}",
          "after": "{{(isDeleted ? NoCommit : Commit)}}",
          "repository": {
            "id": 186853002, "name": "terraform-aws-vpc", "full_name": "{{repository}}", "private": true,
            "owner": { "login": "acme", "id": 21031067, "type": "Organization" },
            "html_url": "https://github.com/{{repository}}", "clone_url": "https://github.com/{{repository}}.git",
            "default_branch": "main", "topics": [], "license": null
          },
          "pusher": { "name": "octocat", "email": "octocat@example.com" },
          "sender": { "login": "octocat", "id": 21031067, "site_admin": false },
          "created": {{(isDeleted ? "false" : "true")}},
          "deleted": {{(isDeleted ? "true" : "false")}},
          "forced": false,
          "base_ref": "refs/heads/main",
          "compare": "https://github.com/{{repository}}/compare/v1.2.3",
          "commits": [],
          "head_commit": { "id": "{{Commit}}", "message": "Release \u2713", "added": [], "removed": [], "modified": ["main.tf"] }
        }
        """;

    public static string Create(string tag, string type = "tag") =>
        $$"""{ "ref": "{{tag}}", "ref_type": "{{type}}", "master_branch": "main", "description": null, "pusher_type": "user", "repository": { "id": 1 } }""";

    public static string Release(string tag, string action = "published") =>
        $$"""{ "action": "{{action}}", "release": { "id": 1, "tag_name": "{{tag}}", "draft": false, "prerelease": false, "assets": [] }, "repository": { "id": 1 } }""";

    public const string Ping = """{ "zen": "Design for failure.", "hook_id": 30, "hook": { "type": "Repository", "id": 30, "active": true, "events": ["push"], "config": { "content_type": "json" } } }""";

    /// <summary>A tag of GitLab.</summary>
    public static string TagPush(string tag, bool isDeleted = false) =>
        $$"""
        {
          "object_kind": "tag_push",
          "event_name": "tag_push",
          "before": "{{(isDeleted ? Commit : NoCommit)}}",
          "after": "{{(isDeleted ? NoCommit : Commit)}}",
          "ref": "refs/tags/{{tag}}",
          "checkout_sha": {{(isDeleted ? "null" : $"\"{Commit}\"")}},
          "message": "Tag message",
          "user_id": 1, "user_name": "John Smith", "project_id": 1,
          "project": { "id": 1, "name": "Example", "git_http_url": "http://example.com/jsmith/example.git", "visibility_level": 0 },
          "commits": [], "total_commits_count": 0
        }
        """;

    public static string GitLabRelease(string tag, string action = "create") =>
        $$"""{ "id": 1, "object_kind": "release", "tag": "{{tag}}", "name": "{{tag}}", "action": "{{action}}", "assets": { "count": 0, "links": [], "sources": [] } }""";

    /// <param name="event">The kind of event, as the forge names it.</param>
    /// <param name="secret">Null to send no proof of it.</param>
    public static HttpRequestMessage Of(ForgeKind forge, string url, string @event, string body, string? secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958");
        switch (forge)
        {
            case ForgeKind.GitHub:
                request.Headers.Add("User-Agent", "GitHub-Hookshot/044aadd");
                request.Headers.Add("X-GitHub-Event", @event);
                Add("X-Hub-Signature-256", secret is null ? null : "sha256=" + Sign(secret, body));
                break;
            case ForgeKind.GitLab:
                request.Headers.Add("User-Agent", "GitLab/19.1.0");
                request.Headers.Add("X-Gitlab-Event", @event);
                Add("X-Gitlab-Token", secret);
                break;
            default:
                request.Headers.Add("X-GitHub-Event", @event);
                request.Headers.Add("X-Gogs-Event", @event);
                request.Headers.Add("X-Gitea-Event", @event);
                Add("X-Gitea-Signature", secret is null ? null : Sign(secret, body));
                break;
        }

        return request;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    public static string Sign(string secret, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
