namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Upstream:Proxy</c> and <c>ProxyBypass</c>, else the proxies that the environment names.</summary>
internal static class ProxyOptionsReader
{
    /// <param name="environment">Gets an environment variable, or null.</param>
    public static ProxyOptions Read(ConfigurationSectionReader upstream, Func<string, string?> environment)
    {
        var bypass = new List<ProxyBypass>();
        foreach (string text in upstream.List("ProxyBypass", "hosts") ?? [])
        {
            if (ProxyBypass.TryParse(text, out var rule))
            {
                bypass.Add(rule!);
            }
            else
            {
                upstream.Fault(
                    "ProxyBypass", $"'{text}' is not valid; expected a domain, an address or a network such as 10.0.0.0/8, or '*'");
            }
        }

        if (upstream.Parsed("Proxy", text => OutboundProxy.Parse(text, "Mirror:Upstream:Proxy"), "URL") is { } proxy)
        {
            return ProxyOptions.All(proxy) with { Bypass = bypass };
        }

        // Like other programs, this one ignores what it cannot read here.
        string[] direct = Variable("NO_PROXY").Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bypass.AddRange(direct.Select(text => ProxyBypass.TryParse(text, out var rule) ? rule : null).OfType<ProxyBypass>());
        return new ProxyOptions { Https = Named("HTTPS_PROXY"), Http = Named("HTTP_PROXY"), Bypass = bypass, ChecksNames = true };

        (string Name, string Value) Variable(string name) =>
            new[] { name, name.ToLowerInvariant() }
                .Select(variable => (variable, environment(variable)?.Trim() ?? ""))
                .FirstOrDefault(variable => variable.Item2.Length > 0, (name, ""));

        OutboundProxy? Named(string variable)
        {
            var (name, value) = Variable(variable);
            try
            {
                return value.Length == 0 ? null : OutboundProxy.Parse(value, name);
            }
            catch (FormatException e)
            {
                upstream.Fault(new ConfigurationFault(name, e.Message));
                return null;
            }
        }
    }
}
