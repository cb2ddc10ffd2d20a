// Everything works without this file; it only saves steps.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Times in the reader's zone, in the form that the server writes: 2026-11-22 14:00 CET. Those within a
// sentence too, but nothing that somebody typed.
const format = new Intl.DateTimeFormat("en-GB", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
const timeText = (date) => {
  const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
};
const utc = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC\b/g;
const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT, (node) =>
  node.parentElement.closest("pre, code, bdi, q, textarea") || !node.data.includes(" UTC")
    ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
while (texts.nextNode()) {
  const node = texts.currentNode;
  const text = node.data.replace(utc, (found, day, time) => {
    const date = new Date(`${day}T${time}:00Z`);
    return Number.isNaN(date.getTime()) ? found : timeText(date);
  });
  if (text !== node.data) node.data = text;
}

// A drop-down chosen with the pointer filters at once; with the keyboard, Apply does, so that arrow
// keys can look through the choices. The control keeps the focus on the page that follows.
const focusKey = "tenantd-focus";
const memory = (() => {
  try { return sessionStorage; } catch { return null; } // the reader forbids storage
})();
for (const form of all("form[data-auto]")) {
  let byKey = false;
  form.addEventListener("keydown", () => { byKey = true; });
  form.addEventListener("pointerdown", () => { byKey = false; });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && !byKey) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    memory?.setItem(focusKey, document.activeElement?.name ?? "");
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
  const name = memory?.getItem(focusKey);
  memory?.removeItem(focusKey);
  if (name) form.elements.namedItem(name)?.focus({ preventScroll: true });
}
// Going back shows the form as it was left, with nothing disabled.
addEventListener("pageshow", () => {
  for (const field of all("form[data-auto] :disabled")) field.disabled = false;
});

// Select all on this page, and how many are selected.
for (const form of all("form[data-select]")) {
  const boxes = all("tbody input[type=checkbox]", form);
  const every = form.querySelector("[data-all]");
  const output = form.querySelector("[data-count]");
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    every.checked = count > 0 && count === boxes.length;
    every.indeterminate = count > 0 && count < boxes.length;
    output.textContent = `${count} selected`;
  };
  if (boxes.length === 0) continue;
  every.hidden = output.hidden = false;
  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
  });
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
}

// The progress of a run: the phase is announced when it changes, the count is only shown.
for (const box of all("[data-progress]")) {
  const phase = box.querySelector("[data-phase]");
  const count = box.querySelector("[data-count]");
  const link = box.querySelector("[data-refresh]");
  const set = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const poll = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) return set(link, "Refresh");
      const run = await answer.json();
      set(phase, run.running ? (run.phase ?? "Running") : (run.message ?? "The run has ended."));
      set(count, run.running && run.count != null ? run.count.toLocaleString("en") : "");
      if (!run.running) {
        box.classList.add("ended");
        set(link, "Show the result");
        // Nobody who is in the middle of something is taken away from it.
        const isBusy = document.querySelector("form[data-select] tbody :checked, :popover-open")
          || document.activeElement.matches("main input:not([type=checkbox]), main select, main textarea");
        return isBusy ? undefined : location.replace(link.href);
      }
    } catch {
      // The server may be restarting: ask again.
    }
    setTimeout(poll, document.hidden ? 10_000 : 2_000);
  };
  setTimeout(poll, 1_000);
}

// The long explanation, in place instead of on a page of its own.
for (const link of all("a[data-load]")) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const text = document.createElement("pre");
      text.textContent = page.getElementById(link.dataset.load).textContent;
      text.tabIndex = -1;
      link.closest("p").replaceWith(text);
      text.focus();
    } catch {
      location.assign(link.href);
    }
  });
}
