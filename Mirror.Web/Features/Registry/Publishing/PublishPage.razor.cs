using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Registry.Publishing;

/// <param name="Hostname">Null if nothing can be published, because <c>Mirror:PublicUrl</c> is not set.</param>
/// <param name="Namespaces">The names of the root group's registry namespaces.</param>
public sealed record PublishContent(bool IsRoot, string? Hostname, IReadOnlyList<string> Namespaces);

/// <summary>Publishes a provider or a module from the browser, which sends the files to <see cref="PublishEndpoints"/>.</summary>
public sealed partial class PublishPage(RegistryNamespaces registry, OwnHostnames hostnames, IJSRuntime script)
{
    private const string ProviderKind = "provider";
    private const string ModuleKind = "module";
    private const int MaxFiles = 500;

    private ElementReference _zone;
    private ElementReference _input;
    private DotNetObjectReference<PublishPage>? _self;
    private IJSObjectReference? _uploads;
    private string? _opened;
    private ProviderRelease? _release;
    private ModuleArchive? _archive;
    private string? _namespace;
    private string? _name;
    private string? _system;
    private string? _version;
    private bool _tried;
    private (long Sent, long Total)? _progress;
    private string? _problem;

    /// <summary><c>module</c> or <c>provider</c>.</summary>
    [Parameter]
    public string Kind { get; set; } = "";

    protected override AccessAction Needs => AccessAction.ChangeMirror;

    private bool IsProvider => Kind == ProviderKind;

    private string Title => IsProvider ? Texts.PublishProvider : Texts.PublishModule;

    private bool IsUploading => _progress is not null;

    /// <summary>Why the chosen files cannot be published.</summary>
    private string? FileProblem => IsProvider ? _release?.Problem : _archive?.Problem;

    private bool HasFiles => IsProvider ? _release is not null : _archive is not null;

    private string? NameProblem => _name is { Length: > 0 } && ModuleAddress.TryParse($"x/{_name}/x", out _) ? null : Texts.NameProblem;

    private string? SystemProblem => _system is { Length: > 0 } && ModuleAddress.TryParse($"x/x/{_system}", out _) ? null : Texts.SystemProblem;

    private string? VersionProblem => ProviderVersion.TryParse(_version?.Trim(), out _) ? null : Texts.VersionProblem;

    private string? NamespaceOf(PublishContent content) => _namespace ?? (content.Namespaces is [var only] ? only : null);

    private bool IsComplete => Content is { } content && NamespaceOf(content) is not null && FileProblem is null && HasFiles
        && (IsProvider || (NameProblem ?? SystemProblem ?? VersionProblem) is null);

    /// <summary>The address to publish, such as <c>mirror.example.com/acme/vpc/aws</c>; unknown parts are an ellipsis.</summary>
    private string Address => Content is not { } content ? "" : IsProvider
        ? $"{content.Hostname}/{NamespaceOf(content) ?? "…"}/{_release?.Type ?? "…"}"
        : $"{content.Hostname}/{NamespaceOf(content) ?? "…"}/{Or(_name)}/{Or(_system)}";

    private string? Version => IsProvider ? _release?.Version?.Value : _version?.Trim();

    /// <summary>The command that publishes the same; unknown parts are examples.</summary>
    private string Command => IsProvider
        ? $"mirror publish provider dist {Example}/{_release?.Type ?? "dns"} {Version ?? "1.0.0"} --group-path {Group}\n"
        : $"mirror publish module . {Example}/{Or(_name, "vpc")}/{Or(_system, "aws")} {Or(_version, "1.0.0")} --group-path {Group}\n";

    private string Example => Content is { } content ? NamespaceOf(content) ?? content.Namespaces[0] : "";

    private string ShortAddress => Address[(Address.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The names of the files, and their sizes; the bytes stay in the browser.</summary>
    [JSInvokable]
    public Task ChooseAsync(ChosenFile[] files) => InvokeAsync(() =>
    {
        if (files.Length == 0 || IsUploading)
        {
            return;
        }

        _problem = null;
        if (IsProvider)
        {
            _release = ProviderRelease.Of([.. files.Take(MaxFiles)]);
        }
        else
        {
            _archive = ModuleArchive.Of([.. files.Take(MaxFiles)]);
            (_name, _system, _version) = (_archive.Name ?? _name, _archive.System ?? _system, _archive.Version?.Value ?? _version);
        }

        StateHasChanged();
    });

    [JSInvokable]
    public Task ProgressAsync(long sent, long total) => InvokeAsync(() =>
    {
        if (IsUploading)
        {
            _progress = (sent, total);
            StateHasChanged();
        }
    });

    /// <param name="status">The HTTP status; 0 if the upload was cancelled or the connection failed.</param>
    /// <param name="reason">The server's reason for a failure.</param>
    [JSInvokable]
    public Task CompleteAsync(int status, string reason) => InvokeAsync(() =>
    {
        if (!IsUploading)
        {
            return;
        }

        _progress = null;
        if (status is >= 200 and < 300)
        {
            Notifications.Show(new Notification(Texts.Published.With(Address, Version), false));
            Navigation.NavigateTo(PublishedUrl);
            return;
        }

        _problem = status == 0 ? Texts.NotSent : reason.Length > 0 ? reason : Texts.Failed.With(status);
        StateHasChanged();
    });

    public override void Dispose()
    {
        _ = CloseAsync();
        base.Dispose();
    }

    protected override async Task<PublishContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        scope.IsRoot,
        hostnames.Current?.Display,
        [.. (await registry.ListAsync(scope.RootGroupId, cancellationToken)).Select(item => item.Name)]);

    protected override void OnParametersSet()
    {
        if (_opened != Kind)
        {
            // The page stays when its tab changes; what was chosen for the other kind does not fit.
            _opened = Kind;
            (_release, _archive, _problem, _tried) = (null, null, null, false);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_self is null && IsReady && RendererInfo.IsInteractive)
        {
            _self = DotNetObjectReference.Create(this);
            var module = await script.InvokeAsync<IJSObjectReference>("import", "./" + Assets["assets/publish.js"]);
            _uploads = await module.InvokeAsync<IJSObjectReference>("open", _zone, _input, _self);
            await module.DisposeAsync();
        }
    }

    private bool IsReady => Content is { IsRoot: true, Hostname: not null, Namespaces.Count: > 0 };

    private string PublishedUrl => IsProvider
        ? Urls.Version(Group, ProviderAddress.Parse(Address), ProviderVersion.Parse(Version!))
        : Urls.Module(Group, ModuleAddress.Parse(Address), ProviderVersion.Parse(Version!));

    private async Task PublishAsync()
    {
        _tried = true;
        if (!IsComplete || IsUploading || _uploads is null)
        {
            return;
        }

        _problem = null;
        string[] names = IsProvider ? [.. _release!.Sent.Select(file => file.File.Name)] : [_archive!.File.Name];
        _progress = (0, IsProvider ? _release!.Size : _archive!.File.Size);
        await _uploads.InvokeVoidAsync(
            "upload",
            IsProvider
                ? PublishEndpoints.ProviderUrl(Group, ShortAddress, Version!)
                : PublishEndpoints.ModuleUrl(Group, ShortAddress, Version!, _archive!.Format!),
            names);
    }

    private async Task CancelAsync()
    {
        if (_uploads is not null)
        {
            await _uploads.InvokeVoidAsync("cancel");
        }
    }

    private async Task CloseAsync()
    {
        _self?.Dispose();
        if (_uploads is { } uploads)
        {
            try
            {
                await uploads.InvokeVoidAsync("close");
                await uploads.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its upload with it.
            }
        }
    }

    private static string Or(string? text, string otherwise = "…") => string.IsNullOrWhiteSpace(text) ? otherwise : text.Trim();
}
