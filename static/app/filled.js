// What somebody fills in while the page is busy is a change like any other: each part of the page that saves or asks at
// a change is told of it as soon as it can hear. Busy is a page whose scripts come over a slow line, and one that
// renews its questions by what an earlier answer brought back. What other scripts put back into fields comes later and
// is not taken for somebody's act.
(() => {
  "use strict";

  const FIELDS = ":is(input:not([type=hidden]), select, textarea)";

  function tell(fields) {
    const told = new Set();
    for (const field of fields) {
      const part = field?.closest("[hx-trigger]");
      if (!part || told.has(part)) continue;
      told.add(part);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  // Before htmx has bound the page.
  const early = new Set([...document.querySelectorAll(`[hx-trigger] ${FIELDS}`)].filter(touched));
  const note = (event) => early.add(event.target);

  function touched(field) {
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    if (!field.matches("select")) return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  }

  document.addEventListener("change", note);
  document.addEventListener("htmx:load", () => {
    document.removeEventListener("change", note);
    tell(early);
  }, { once: true });

  // While an answer is on its way: it stays filled in where the questions are renewed.
  let sent = new FormData();
  const later = new Set();

  function filledSince(field) {
    if (field.matches("[type=radio], [type=checkbox]")) return field.checked && !sent.getAll(field.name).includes(field.value);
    return field.value !== (sent.get(field.name) ?? "");
  }

  document.addEventListener("htmx:beforeSwap", (event) => { sent = event.detail.requestConfig.formData; });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    for (const field of target.querySelectorAll(`${FIELDS}[name][id]`)) {
      const renewed = filledSince(field) && fragment.querySelector(`#${CSS.escape(field.id)}`);
      if (!renewed || renewed.disabled) continue; // what cannot be chosen any more is not sent, and would be told for ever
      if (field.checked) renewed.checked = true; else renewed.value = field.value;
      later.add(field.id);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    const fields = [...later].map((id) => document.getElementById(id));
    later.clear();
    tell(fields);
  });
})();
