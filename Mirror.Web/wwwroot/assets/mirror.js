// What must work without a circuit: before it is there, and after it is lost. Listeners sit on the document, because
// Blazor replaces the prerendered elements when its circuit starts.

// Not opened through the proxy that serves this instance below a path: the same page exists below the path, where its links work.
const basePath = new URL(document.baseURI).pathname;
if (!location.pathname.startsWith(basePath)) {
  location.replace(basePath + location.pathname.slice(1) + location.search + location.hash);
}

// The texts are on the region, in the language of the page.
const announce = name => {
  const region = document.getElementById("announcements");
  const text = region.dataset[name];
  region.textContent = "";
  // A region that is emptied first is read again, also when the text is the same.
  requestAnimationFrame(() => { region.textContent = text; });
};

const writeClipboard = async text => {
  if (navigator.clipboard && isSecureContext) {
    return navigator.clipboard.writeText(text);
  }
  // Plain http on another machine: only the old way is allowed.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) {
    throw new Error("The browser does not allow copying.");
  }
};

const copy = async button => {
  try {
    await writeClipboard(button.dataset.copy);
    button.toggleAttribute("data-copied", true);
    setTimeout(() => button.removeAttribute("data-copied"), 1600);
    announce("copied");
  } catch {
    announce("notCopied");
  }
  button.focus();
};

const year = 31536000;

// An empty value is the default, for which there is no cookie.
const setCookie = (name, value) => {
  document.cookie = `${name}=${value ?? ""}; path=${basePath}; max-age=${value ? year : 0}; samesite=lax`;
};

const setPreferences = (theme, density, clock) => {
  const html = document.documentElement;
  setCookie("mirror-theme", theme);
  setCookie("mirror-density", density);
  setCookie("mirror-clock", clock);
  if (theme) {
    html.dataset.theme = theme;
  } else {
    delete html.dataset.theme;
  }
  html.dataset.density = density ?? "compact";
};

const timeZone = () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  setCookie("mirror-zone", zone);
  return zone;
};
timeZone();

// For documents without a circuit; the others have a dialog (Ui/Preferences).
const toggleTheme = () => {
  const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const shown = document.documentElement.dataset.theme ?? (systemDark ? "dark" : "light");
  const wanted = shown === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = wanted;
  setCookie("mirror-theme", wanted);
  announce(wanted);
};

// Documents without a circuit: MudBlazor sets the focus only in a circuit.
document.querySelector("[data-autofocus]")?.focus();

// What components call.
window.mirror = {
  setPreferences,
  timeZone,
  reveal: id => document.getElementById(id)?.scrollIntoView({ block: "nearest" }),
  submit: id => document.getElementById(id).requestSubmit(),
};

// A shortcut clicks the button with its data-shortcut attribute; none of them while the user types in a field, except Ctrl+K.
document.addEventListener("keydown", event => {
  const types = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.target.matches("[role=combobox]") && event.key.startsWith("Arrow") && event.target.closest(".finder")) {
    // The arrows choose a result; the caret stays.
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
    }
    return;
  }
  if (event.key === "Enter" && event.target.matches("[role=combobox][aria-expanded=true]")) {
    // It chooses from the open list, and does not submit the form.
    event.preventDefault();
    return;
  }
  const isSearch = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (event.defaultPrevented || event.isComposing || (!isSearch && (types || event.ctrlKey || event.metaKey || event.altKey))) {
    return;
  }
  const button = document.querySelector(`[data-shortcut="${isSearch ? "/" : CSS.escape(event.key)}"]`);
  if (button && !document.querySelector("[role=dialog]")) {
    event.preventDefault();
    button.click();
  }
});

// Escape closes an open list, but not the dialog around it.
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && event.target.matches("[role=combobox][aria-expanded=true]")) {
    event.target.closest(".mud-dialog-content")?.addEventListener("keydown", inner => inner.stopPropagation(), { once: true });
  }
}, { capture: true });

document.addEventListener("click", event => {
  const target = event.target.closest("[data-copy], [data-theme-toggle], [data-reload], [data-skip], [popover] a");
  if (!target) {
    return;
  }
  if (target.matches("[data-copy]")) {
    copy(target);
  } else if (target.matches("[data-theme-toggle]")) {
    toggleTheme();
  } else if (target.matches("[data-reload]")) {
    location.reload();
  } else if (target.matches("[data-skip]")) {
    // With a base element, "#content" would lead to another page.
    event.preventDefault();
    document.getElementById("content").focus();
  } else {
    const popover = target.closest("[popover]");
    if (popover.matches(":popover-open")) {
      popover.hidePopover();
    }
  }
});

// A button that goes with its row takes the focus with it, and the next Tab would begin at the top of the page: what the
// row was in gets it instead. A dialog that a menu opened cannot return the focus to the menu's item, which is gone: the menu's
// button gets it.
let around = [];
let wasOver = false;

document.addEventListener("focusin", event => {
  const path = event.composedPath();
  const content = path.findIndex(element => element.id === "content");
  wasOver = content < 0 && !!event.target.closest("[role=dialog], [role=menu]");
  if (content >= 0) {
    around = path.slice(0, content + 1);
  } else if (!wasOver) {
    // A dialog that asks about the row, and the row's menu, do not count as leaving it.
    around = [];
  }
});

new MutationObserver(() => {
  if (around.length === 0 || document.activeElement !== document.body
      || around[0].isConnected && (!wasOver || document.querySelector("[role=dialog], .mud-popover-open [role=menu]"))) {
    return;
  }
  const left = around.find(element => element.isConnected);
  if (left && left !== around[0]) {
    left.tabIndex = -1;
  }
  around = [];
  wasOver = false;
  left?.focus({ preventScroll: true });
}).observe(document.body, { childList: true, subtree: true });

// The groups and workspaces visited last, newest first (Layout/RecentNamespaces). Blazor changes the attribute from page to page.
customElements.define("recent-namespace", class extends HTMLElement {
  static observedAttributes = ["path"];

  attributeChangedCallback(name, before, path) {
    const known = document.cookie.match(/(?:^|; )mirror-recent=([^;]*)/)?.[1].split(".") ?? [];
    const recent = [path, ...known.filter(other => other !== path)].slice(0, 5);
    document.cookie = `mirror-recent=${recent.join(".")}; path=${basePath}; max-age=31536000; samesite=lax`;
  }
});

// A popover that was opened before the circuit is there stays open in the element that replaces it.
const open = new Set([...document.querySelectorAll(":popover-open")].map(popover => popover.id));

document.addEventListener("beforetoggle", event => {
  if (event.target.id && event.newState === "open") {
    open.add(event.target.id);
  } else {
    open.delete(event.target.id);
  }
}, true);

customElements.define("keep-open", class extends HTMLElement {
  connectedCallback() {
    // Once Blazor has put all of it in place; removing the old one told nobody that it closed.
    queueMicrotask(() => {
      const popover = this.closest("[popover]");
      if (popover && open.has(popover.id) && !popover.matches(":popover-open")) {
        const opener = document.querySelector(`[popovertarget="${popover.id}"]`);
        popover.showPopover({ source: opener });
        if (document.activeElement === document.body) {
          opener?.focus();
        }
      }
    });
  }
});

// What is typed into a prerendered field before the circuit is there goes on in the field that replaces it.
const typed = new Map();

customElements.define("keep-typing", class extends HTMLElement {
  connectedCallback() {
    // Blazor has filled the element once its own script is through, and no key press can come before that.
    queueMicrotask(() => this.#restore());
    this.addEventListener("input", this.#remember);
    this.addEventListener("focusin", this.#remember);
    this.addEventListener("focusout", this.#forget);
  }

  #restore() {
    const field = this.querySelector("input");
    const before = field && typed.get(field.id);
    if (!before) {
      // This script came after the first key presses.
      if (field && field === document.activeElement) {
        this.#remember();
      }
      return;
    }
    field.focus();
    if (before.value !== field.value) {
      field.value = before.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(before.start, before.end);
  }

  #remember = () => {
    const field = this.querySelector("input");
    typed.set(field.id, { value: field.value, start: field.selectionStart, end: field.selectionEnd });
  };

  #forget = event => {
    // Removal from the document also takes the focus, but then the element is no longer connected a moment later.
    const id = event.target.id;
    setTimeout(() => {
      if (this.isConnected) {
        typed.delete(id);
      }
    });
  };

  disconnectedCallback() {
    // Only a field of the same picture may go on; leaving the page ends it.
    setTimeout(() => typed.clear(), 50);
  }
});

// A preference that a page has changed (Ui/KeptCookies).
customElements.define("kept-cookie", class extends HTMLElement {
  static observedAttributes = ["value"];

  attributeChangedCallback(attribute, before, value) {
    if (value !== null) {
      document.cookie = `${this.getAttribute("name")}=${value}; path=${basePath}; max-age=31536000; samesite=lax`;
    }
  }
});

// A file that was made in the circuit: saved when the element appears.
customElements.define("save-file", class extends HTMLElement {
  connectedCallback() {
    queueMicrotask(() => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.getAttribute("text")]));
      link.download = this.getAttribute("name");
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }
});
