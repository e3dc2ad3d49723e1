// The files of the page that publishes stay in the browser: its circuit gets only their names, and the progress of the upload.
const maxFiles = 500;
const progressInterval = 200;

// A dropped directory, such as goreleaser's dist, counts as the files in it.
const filesOf = async transfer => {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(entry => entry?.isDirectory);
  if (entries.length === 0) {
    return [...transfer.files];
  }
  const files = [...transfer.files].filter(file => !entries.some(entry => entry.name === file.name));
  for (const entry of entries) {
    const reader = entry.createReader();
    for (let some; files.length < maxFiles && (some = await new Promise((done, fail) => reader.readEntries(done, fail))).length > 0;) {
      for (const file of some.filter(inner => inner.isFile)) {
        files.push(await new Promise((done, fail) => file.file(done, fail)));
      }
    }
  }
  return files;
};

// A problem document, or the text of a proxy in front of the server.
const reasonOf = request => {
  try {
    const problem = JSON.parse(request.responseText);
    return problem.detail ?? problem.title ?? "";
  } catch {
    return request.statusText;
  }
};

export const open = (zone, input, page) => {
  let files = [];
  let request = null;
  const gone = new AbortController();

  const choose = chosen => {
    if (request === null) {
      files = chosen.slice(0, maxFiles);
      page.invokeMethodAsync("ChooseAsync", files.map(({ name, size }) => ({ name: name.slice(0, 512), size })));
    }
  };

  const listen = (target, type, handler) => target.addEventListener(type, handler, { signal: gone.signal });
  const isOver = over => zone.toggleAttribute("data-over", over);
  const take = () => {
    choose([...input.files]);
    // The same file can be chosen again after it was changed.
    input.value = "";
  };
  listen(input, "change", take);
  listen(zone, "dragover", event => {
    event.preventDefault();
    isOver(true);
  });
  listen(zone, "dragleave", event => isOver(zone.contains(event.relatedTarget)));
  listen(zone, "drop", async event => {
    event.preventDefault();
    isOver(false);
    choose(await filesOf(event.dataTransfer));
  });

  if (input.files.length > 0) {
    // Chosen before this script was there.
    take();
  }

  // One file is the body; several are a form.
  const bodyOf = names => {
    const wanted = names.map(name => files.find(file => file.name === name));
    if (wanted.length === 1) {
      return wanted[0];
    }
    const form = new FormData();
    wanted.forEach(file => form.append("file", file, file.name));
    return form;
  };

  const upload = (url, names) => {
    let told = 0;
    request = new XMLHttpRequest();
    request.open("POST", url);
    // Of the form that signs out, which is on every page of a signed-in user.
    request.setRequestHeader("RequestVerificationToken", document.querySelector("[name=__RequestVerificationToken]")?.value ?? "");
    request.upload.onprogress = event => {
      const now = performance.now();
      if (event.loaded === event.total || now - told > progressInterval) {
        told = now;
        page.invokeMethodAsync("ProgressAsync", event.loaded, event.total);
      }
    };
    request.onloadend = () => {
      const { status } = request;
      const reason = status >= 200 && status < 300 ? "" : reasonOf(request);
      request = null;
      page.invokeMethodAsync("CompleteAsync", status, reason.slice(0, 4000));
    };
    request.send(bodyOf(names));
  };

  return {
    upload,
    cancel: () => request?.abort(),
    close: () => {
      gone.abort();
      if (request) {
        request.onloadend = null;
        request.abort();
      }
    },
  };
};
