// Small comforts on pages that all work without them.
(() => {
  "use strict";

  const units = [[1e12, "兆"], [1e8, "億"], [1e4, "万"]];
  const kanji = { 千: 1e3, 百: 1e2, 十: 10 };

  // Echo an amount in words: 350000000 -> 3億5,000万円. The server reads it by itself.
  function readYen(text) {
    let rest = text.normalize("NFKC").replace(/[\s,、円¥]/g, "");
    if (!/^[0-9兆億万千百十]+$/.test(rest)) return null;
    let total = 0, section = 0, number = "";
    for (const sign of rest) {
      if (/[0-9]/.test(sign)) number += sign;
      else if (kanji[sign]) { section += (number ? +number : 1) * kanji[sign]; number = ""; }
      else {
        total += (section + (number ? +number : 0)) * units.find((u) => u[1] === sign)[0];
        section = 0; number = "";
      }
    }
    return total + section + (number ? +number : 0);
  }
  function sayYen(yen) {
    if (yen === 0) return "0円";
    let words = "";
    for (const [size, name] of units) {
      const count = Math.floor(yen / size);
      if (count) words += count.toLocaleString("ja-JP") + name;
      yen %= size;
    }
    return words + (yen ? yen.toLocaleString("ja-JP") : "") + "円";
  }
  function echo(input) {
    let said = input.parentElement.querySelector(".said");
    if (!said) {
      said = document.createElement("span");
      said.className = "said";
      said.setAttribute("aria-live", "polite");
      input.insertAdjacentElement("afterend", said);
    }
    const yen = input.value ? readYen(input.value) : null;
    said.textContent = yen === null || !Number.isSafeInteger(yen) ? "" : sayYen(yen);
  }
  function dress(root) {
    root.querySelectorAll("input[data-yen]").forEach((input) => {
      echo(input);
      input.addEventListener("input", () => echo(input));
    });
    const wrong = root.querySelector(".is-invalid, [aria-invalid=true]");
    if (wrong) wrong.focus();
    return wrong;
  }

  // The cursor waits where somebody has to say something next: the first control of the marked part of the page that
  // is neither filled in nor ticked, else its button.
  function start() {
    const part = document.querySelector("[data-start]");
    if (!part) return;
    const open = (control) => {
      if (control.matches("[type=hidden], :disabled") || !control.offsetParent) return false;
      if (control.type === "radio") return !part.querySelector(`[type=radio][name="${control.name}"]:checked`);
      return control.type === "checkbox" || (control.required && !control.value);
    };
    const first = part.matches("button") ? part : [...part.querySelectorAll("input, select, textarea")].find(open);
    (first || part.querySelector("button:not([type=button])"))?.focus();
  }
  document.addEventListener("DOMContentLoaded", () => dress(document) || start());
  // An address with a #place takes the cursor away again when the browser goes there.
  window.addEventListener("load", () => setTimeout(() => { if (document.activeElement === document.body) start(); }));
  document.addEventListener("htmx:afterSwap", (event) => dress(event.target));

  // "/" searches, arrows walk lists, Enter opens.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !typing) {
      const links = [...document.querySelectorAll("table.rows tbody a.row-link, .duties a.row-link")];
      if (!links.length) return;
      const at = links.indexOf(document.activeElement);
      const next = links[event.key === "ArrowDown" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)];
      event.preventDefault();
      next.focus();
    }
  });

  // Alt and a letter press the button or link that shows it.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !event.code.startsWith("Key")) return;
    const target = document.querySelector(`[data-key="${event.code.slice(3).toLowerCase()}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });

  // Several lines take Enter for themselves: Ctrl+Enter sends their form.
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("textarea")?.form;
    if (form) { event.preventDefault(); form.requestSubmit(); }
  });

  // The session has run out under a post: pages that keep what was typed say so themselves, others go to the login.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 && !document.getElementById("session-notice")) window.location.reload();
  });

  // A suggestion fills its field and takes the cursor there.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.fill);
    field.value = button.textContent;
    field.focus();
  });

  // A choice ends the search that fills the list: an answer still on its way would take the choice away.
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-filled-by]");
    if (list) window.htmx?.trigger(document.getElementById(list.dataset.filledBy), "htmx:abort");
  });

  // A second click on a button that already works is not a second deed; the server refuses it anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
    // Not form.method: a field of that name (方法) would stand in its place.
    if ((form.getAttribute("method") || "get").toLowerCase() !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
})();
