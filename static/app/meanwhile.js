// Somebody goes on answering while an earlier answer is on its way, and what comes back may renew the questions around
// it. Whatever was filled in since stays filled in, and is a change of the renewed questions like any other.
(() => {
  "use strict";

  let sent = new FormData();
  const later = new Set();

  function filledSince(field) {
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked && !sent.getAll(field.name).includes(field.value);
    return field.value !== (sent.get(field.name) ?? "");
  }

  document.addEventListener("htmx:beforeSwap", (event) => { sent = event.detail.requestConfig.formData; });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    for (const field of target.querySelectorAll(":is(input:not([type=hidden]), select, textarea)[name][id]")) {
      const renewed = filledSince(field) && fragment.querySelector(`#${CSS.escape(field.id)}`);
      if (!renewed) continue;
      if (field.checked) renewed.checked = true; else renewed.value = field.value;
      later.add(field.id);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    const told = new Set();
    for (const id of later) {
      const part = document.getElementById(id)?.closest("[hx-trigger]");
      if (!part || told.has(part)) continue;
      told.add(part);
      document.getElementById(id).dispatchEvent(new Event("change", { bubbles: true }));
    }
    later.clear();
  });
})();
