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
    const isAll = form.querySelector("[name=all]")?.checked;
    output.textContent = isAll ? "All selected" : `${count} selected`;
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

// After a change in a table one stays where one was; what was done is told where one looks.
const placeKey = "tenantd-place";
for (const form of all("form[data-select]")) {
  form.addEventListener("submit", () => memory?.setItem(placeKey, `${location.pathname} ${scrollY}`));
}
{
  const [path, place] = (memory?.getItem(placeKey) ?? "").split(" ");
  if (path === location.pathname) {
    memory?.removeItem(placeKey);
    const told = document.querySelector(".note[role=status]");
    if (Number(place) > 0 && told) {
      scrollTo(0, Number(place));
      told.classList.add("afloat");
      // Not when a pointer goes down: what it points at would move away before it goes up.
      const land = () => told.classList.remove("afloat");
      setTimeout(() => {
        for (const event of ["keydown", "click", "wheel"]) addEventListener(event, land, { once: true });
      }, 500);
    }
  }
}

// An exception, and what is to be fixed, need a note.
for (const form of all("form[data-decide]")) {
  const note = form.querySelector("[name=note]");
  const check = () => {
    note.required = form.querySelector("[name=decision]:checked")?.value !== "confirmed";
  };
  form.addEventListener("change", check);
  addEventListener("pageshow", check);
  for (const button of all("[formaction]", form)) {
    button.addEventListener("click", () => { note.required = false; });
  }
}

// Single keys for working through rows. They do nothing in a field, and can be switched off.
const keysKey = "tenantd-keys";
const settings = (() => {
  try { return localStorage; } catch { return null; }
})();
const help = document.querySelector("[data-keys]");
if (help) {
  const box = help.querySelector("[data-keys-on]");
  const rows = all("table.review tbody tr");
  const linkOf = (row) => row?.querySelector(".col-login a");
  const current = () => rows.findIndex((row) => row.contains(document.activeElement));
  help.hidden = false;
  box.checked = settings?.getItem(keysKey) !== "off";
  box.addEventListener("change", () => settings?.setItem(keysKey, box.checked ? "on" : "off"));

  const isField = (element) => element.isContentEditable || element.matches(
    "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  const tick = (row) => {
    const field = row?.querySelector("input[type=checkbox]");
    if (!field) return;
    field.checked = !field.checked;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const decide = (radio) => {
    const { form } = radio;
    if (rows.length > 0 && !form.querySelector("tbody :checked, [name=all]:checked")) tick(rows[current()]);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    if ("quick" in radio.dataset) form.requestSubmit();
    else form.querySelector("[name=note]").focus();
  };
  const act = (key) => {
    if (key === "?") {
      help.open = !help.open;
      help.querySelector("summary").focus();
    } else if (rows.length > 0 && (key === "j" || key === "k")) {
      const next = Math.min(rows.length - 1, Math.max(0, current() + (key === "j" ? 1 : -1)));
      linkOf(rows[next])?.focus();
    } else if (rows.length > 0 && key === "x") {
      tick(rows[current()]);
    } else {
      const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!element) return false;
      if (element.type === "radio") decide(element);
      else if (element.tagName === "INPUT") element.focus();
      else element.click();
    }
    return true;
  };
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isField(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!box.checked || event.repeat && !"jk".includes(event.key)) return;
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
}
