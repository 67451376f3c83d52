// What HTML and htmx cannot do alone. Every page works without it.
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  root.classList.add("js");

  // A live region speaks only when its text changes, so it is emptied first.
  const announce = (text) => {
    const region = find("announcements");
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  };

  const focus = (element) => {
    if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    const box = element.getBoundingClientRect();
    if (box.top < 0 || box.top > innerHeight * 0.8) element.scrollIntoView({ block: "center" });
  };

  const warn = (text) => {
    const note = document.createElement("div");
    note.className = "notice tone-danger";
    note.append(Object.assign(document.createElement("p"), { textContent: text }));
    find("flash").replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
    announce(text);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = find(button.dataset.copy);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    announce(document.body.dataset.copied);
    const words = button.querySelector("[data-words]") || button;
    const before = words.textContent;
    words.textContent = document.body.dataset.copied;
    setTimeout(() => { words.textContent = before; }, 2000);
  });

  document.addEventListener("input", (event) => {
    if (event.target.type !== "color") return;
    const value = event.target.parentElement.querySelector("output");
    if (value) value.textContent = event.target.value;
  });

  // A phone's menu closes with Escape, and when something else is pressed.
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || close(menu));
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) { close(menu); menu.firstElementChild.focus(); }
  });

  // A refusal that says how it wants to be shown is shown, whatever its status.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Reswap")) event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Reswap")) warn(document.body.dataset.failed);
  });
  document.addEventListener("htmx:sendError", () => warn(document.body.dataset.offline));

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const said = event.detail.target.id === "flash" && find("flash").textContent.trim();
    if (said) announce(said);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const changed = find(event.detail.elt.id) || event.detail.elt;
    const wanted = changed.querySelector("[data-focus], [autofocus], h1, h2, h3");
    if (changed.contains(document.activeElement) && document.activeElement !== changed) return;
    if (event.detail.requestConfig?.verb === "get" && event.detail.requestConfig.elt?.matches("input, select")) return;
    focus(wanted || changed);
  });

  // Without htmx the page comes whole: what is wrong is where the reader should be.
  document.querySelector("[data-focus]")?.focus();
})();
