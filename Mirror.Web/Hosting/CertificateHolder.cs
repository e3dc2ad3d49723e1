using Mirror.Core.Configuration;

namespace Mirror.Web.Hosting;

/// <summary>The HTTPS listener's certificate, loaded once and disposed with the server.</summary>
internal sealed class CertificateHolder(MirrorOptions options, TimeProvider time) : IDisposable
{
    public ServerCertificate? Loaded { get; private set; }

    public ServerCertificate Load() => Loaded ??= ServerCertificate.Load(options, time.GetUtcNow());

    public void Dispose() => Loaded?.Dispose();
}
