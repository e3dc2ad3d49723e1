using System.Net.Http.Headers;
using System.Net.Http.Json;
using Mirror.E2E.Processes;

namespace Mirror.E2E.SignIn;

/// <summary>A user of a mirror who may read the group <c>default</c>.</summary>
internal static class TerraformUser
{
    public const string Name = "alice";
    public const string Password = "wonderland is big";

    public static async Task AddAsync(MirrorProcess mirror)
    {
        await SendAsync(mirror, HttpMethod.Post, "api/v1/users", new { name = Name, password = Password, passwordIsTemporary = false });
        await SendAsync(mirror, HttpMethod.Put, $"api/v1/groups/default/members/{Name}", new { role = "viewer" });
    }

    private static async Task SendAsync(MirrorProcess mirror, HttpMethod method, string url, object body)
    {
        using var request = new HttpRequestMessage(method, url) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await mirror.ReadAdminTokenAsync());
        using var response = await mirror.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
