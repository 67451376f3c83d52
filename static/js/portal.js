// What HTML and htmx cannot do alone. Every page works without it.
(() => {
  const words = document.body.dataset;
  const find = (id) => document.getElementById(id);
  const on = (name, act) => document.addEventListener(name, act);
  document.documentElement.classList.add("js");

  // A live region speaks only when its text changes, so it is emptied first.
  const announce = (text) => {
    find("announcements").textContent = "";
    setTimeout(() => { find("announcements").textContent = text; }, 60);
  };
  const announceFlash = () => {
    const text = find("flash")?.textContent.trim();
    if (text) announce(text);
  };

  const focus = (element) => {
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    const { top } = element.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.8) element.scrollIntoView({ block: "center" });
  };

  const warn = (text) => {
    const note = document.createElement("p");
    note.className = "notice tone-danger notice--plain";
    note.textContent = text;
    find("flash").replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
    announce(text);
  };

  on("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const field = find(button.dataset.copy);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    announce(words.copied);
    const label = button.querySelector("[data-words]");
    const before = label.dataset.words ||= label.textContent;
    label.textContent = words.copied;
    setTimeout(() => { label.textContent = before; }, 2000);
  });

  on("input", ({ target }) => {
    const value = target.type === "color" && target.parentElement.querySelector("output");
    if (value) value.textContent = target.value;
  });

  // A phone's menu closes with Escape, and when something else is pressed.
  const menu = () => document.querySelector("details.menu[open]");
  on("click", ({ target }) => { if (!menu()?.contains(target)) menu()?.removeAttribute("open"); });
  on("keydown", ({ key }) => { if (key === "Escape") menu()?.firstElementChild.click(); });

  // A refusal that says how it wants to be shown is shown, whatever its status.
  const says = ({ detail }) => detail.xhr.getResponseHeader("HX-Reswap");
  on("htmx:beforeSwap", (event) => { if (says(event)) event.detail.shouldSwap = true; });
  on("htmx:responseError", (event) => { if (!says(event)) warn(words.failed); });
  on("htmx:sendError", () => warn(words.offline));
  on("htmx:oobAfterSwap", announceFlash);

  // Focus goes to what changed, once an answer; not while the reader types or filters.
  let answered;
  on("htmx:afterSettle", ({ detail: { elt, xhr, requestConfig } }) => {
    const changed = find(elt.id) || elt;
    if (changed.id === "flash" || xhr === answered) return;
    answered = xhr;
    if (changed === document.body) announceFlash();
    else if (changed.contains(document.activeElement)) return;
    if (requestConfig?.elt?.matches("input, select, [data-keep-focus]")) return;
    focus(["[data-focus]", "h1, h2, h3"].map((part) => changed.querySelector(part)).find(Boolean) || changed);
  });

  // Without htmx the page comes whole: what is wrong is where the reader should be.
  document.querySelector("[data-focus]")?.focus();
})();
