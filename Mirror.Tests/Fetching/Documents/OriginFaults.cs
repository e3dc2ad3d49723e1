using Mirror.Tests.Origin;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>All faults of an origin, by name.</summary>
internal static class OriginFaults
{
    public static readonly Dictionary<string, Func<Fault>> All = new()
    {
        ["304 unasked"] = () => Fault.Status(304),
        ["404"] = () => Fault.Status(404),
        ["410"] = () => Fault.Status(410),
        ["500"] = () => Fault.Status(500),
        ["503"] = () => Fault.Status(503),
        ["429"] = () => Fault.Status(429),
        ["429 soon"] = () => Fault.Status(429, retryAfter: "0"),
        ["429 in an hour"] = () => Fault.Status(429, retryAfter: "3600"),
        ["401"] = () => Fault.Status(401),
        ["403"] = () => Fault.Status(403),
        ["418"] = () => Fault.Status(418),
        ["reset"] = Fault.Reset,
        ["half, then reset"] = () => Fault.ResetAfter(20),
        ["half, then end"] = () => Fault.Truncate(20),
        ["longer than it says"] = () => Fault.WrongLength(-10),
        ["shorter than it says"] = () => Fault.WrongLength(10),
        ["html"] = Fault.Html,
        ["not json"] = () => Fault.Body(_ => "{\"versions\": ["u8.ToArray()),
        ["byte order mark"] = Fault.ByteOrderMark,
        ["empty"] = () => Fault.Body(_ => []),
        ["empty without length"] = () => Fault.Body(_ => []).With(Fault.NoLength()),
        ["21 bytes"] = () => Fault.Body(_ => new byte[21]),
        ["no content"] = () => Fault.Status(204),
        ["redirect to loopback"] = () => Fault.Redirect("http://127.0.0.1:1/"),
        ["redirect to metadata"] = () => Fault.Redirect("http://169.254.169.254/latest/meta-data/"),
        ["redirect to private https"] = () => Fault.Redirect("https://10.0.0.1/"),
        ["redirect to file"] = () => Fault.Redirect("file:///etc/passwd"),
        ["redirect to no address"] = () => Fault.Redirect("//"),
        ["redirect loop"] = Fault.RedirectLoop,
        ["endless body"] = () => Fault.EndlessBody(),
        ["endless chunks"] = Fault.EndlessChunks,
        ["endless header"] = Fault.EndlessHeader,
        ["garbage"] = Fault.Garbage,
        ["gzip bomb"] = () => Fault.Body(_ => new byte[64_000_000]).With(Fault.Gzip()),
    };

    public static Fault Make(string name) => All[name]();
}
