using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>The answer to a delivery of a forge.</summary>
public abstract record WebhookAnswer
{
    private WebhookAnswer()
    {
    }

    /// <summary>There is no such webhook, or the sender does not know its secret: which of them is not told.</summary>
    /// <param name="RootGroupId">Of the webhook; null if there is none.</param>
    /// <param name="Module">Of the webhook; null if there is none.</param>
    public sealed record Refused(long? RootGroupId = null, ModuleAddress? Module = null) : WebhookAnswer;

    public sealed record Malformed(string Reason) : WebhookAnswer;

    /// <summary>There is nothing to publish.</summary>
    /// <param name="Reason">A clause.</param>
    public sealed record Ignored(string Reason) : WebhookAnswer;

    /// <summary>The tag will be published soon.</summary>
    public sealed record Accepted(ModuleAddress Module, ModuleTag Tag) : WebhookAnswer;

    /// <summary>Too many tags of the module are not published yet.</summary>
    public sealed record Busy : WebhookAnswer;
}

/// <summary>Receives the deliveries of forges. Tags are published later, because forges wait only some seconds.</summary>
public sealed class Webhooks(ModuleSources sources, TagQueue queue, ModuleCatalog modules, UnpublishedVersions unpublished, TimeProvider time)
{
    /// <param name="id">The last part of the webhook's URL.</param>
    /// <param name="read">Reads the request. An unknown webhook does not cost its body.</param>
    public async Task<WebhookAnswer> ReceiveAsync(
        string id, Func<CancellationToken, Task<WebhookDelivery>> read, CancellationToken cancellationToken)
    {
        if (await sources.FindHookAsync(id, cancellationToken).ConfigureAwait(false) is not var (source, secret)
            || sources.ModuleOf(source) is not { } module)
        {
            return new WebhookAnswer.Refused();
        }

        var delivery = await read(cancellationToken).ConfigureAwait(false);
        if (!delivery.IsFrom(source.Forge, secret, time.GetUtcNow()))
        {
            return new WebhookAnswer.Refused(source.Namespace.RootGroupId, module);
        }

        var answer = await ReadAsync(source, module, delivery, cancellationToken).ConfigureAwait(false);
        if (answer is WebhookAnswer.Accepted { Tag: var tag })
        {
            return await queue.AddAsync(source.Id, tag, cancellationToken).ConfigureAwait(false) ? answer : new WebhookAnswer.Busy();
        }

        await queue.AddAsync(source.Id, null, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private async Task<WebhookAnswer> ReadAsync(
        ModuleSourceRow source, ModuleAddress module, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        switch (WebhookEvent.Read(source.Forge, delivery.Event(source.Forge), delivery.Body.Span))
        {
            case WebhookEvent.Tagged tagged when ModuleTag.TryParse(source.TagPrefix, tagged.Tag, out var tag):
                var existing = await modules.FindAsync(source.Namespace.RootGroupId, module, tag.Version, cancellationToken)
                    .ConfigureAwait(false);
                if (existing is not null)
                {
                    return new WebhookAnswer.Ignored($"{module} {tag.Version} exists, and published versions do not change");
                }

                return await unpublished.FindAsync(module, tag.Version, cancellationToken).ConfigureAwait(false) is { } gone
                    ? new WebhookAnswer.Ignored(gone.Reason)
                    : new WebhookAnswer.Accepted(module, tag);
            case WebhookEvent.Tagged tagged:
                return new WebhookAnswer.Ignored(
                    $"the tag '{WebhookEvent.Shown(tagged.Tag)}' is not '{source.TagPrefix}' and a version such as 1.2.3");
            case WebhookEvent.Other other:
                return new WebhookAnswer.Ignored(other.Reason);
            case WebhookEvent.Malformed malformed:
                return new WebhookAnswer.Malformed(malformed.Reason);
            default:
                throw new InvalidOperationException("Unknown event.");
        }
    }
}
