// Over a slow line the page is there before its scripts. What somebody filled in by then is a change like any other:
// once htmx has bound the page, each part of it that saves or asks at a change is told.
// What other scripts put back into fields comes later and is not taken for somebody's act.
(() => {
  "use strict";

  const early = new Set([...document.querySelectorAll("[hx-trigger] :is(input:not([type=hidden]), select, textarea)")].filter(touched));
  const note = (event) => early.add(event.target);

  function touched(field) {
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }

  document.addEventListener("change", note);
  document.addEventListener("htmx:load", () => {
    document.removeEventListener("change", note);
    const told = new Set();
    for (const field of early) {
      const part = field.closest("[hx-trigger]");
      if (!part || told.has(part)) continue;
      told.add(part);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }, { once: true });
})();
