// The questionnaire keeps what was typed when it could not be saved: nothing is lost between here and the door.
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("questionnaire");
    const trouble = document.getElementById("trouble");
    if (!form || !trouble) return;
    const key = `questionnaire:${location.pathname}`;

    function keep() {
      const kept = {};
      for (const field of form.elements) {
        if (!field.name || field.type === "hidden" || (field.type === "radio" && !field.checked)) continue;
        kept[field.name] = field.value;
      }
      sessionStorage.setItem(key, JSON.stringify(kept));
    }

    function restore() {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      sessionStorage.removeItem(key);
      let count = 0;
      for (const [name, value] of Object.entries(kept)) {
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio") {
            if (field.value === value && !field.checked) { field.checked = true; count += 1; }
          } else if (field.value !== value) { field.value = value; count += 1; }
        }
      }
      if (!count) return;
      trouble.textContent = `保存できていなかった${count}件の入力を戻しました。内容を確認して、保存のボタンを押してください。`;
      trouble.hidden = false;
    }

    function unsaved(event) {
      keep();
      const status = event.detail.xhr ? event.detail.xhr.status : 0;
      const said = event.detail.xhr ? event.detail.xhr.responseText : "";
      if ([401, 409].includes(status) && said.length < 300) trouble.textContent = `${said} いまの入力はまだ保存していません。`;
      else trouble.textContent = "通信できなかったため、いまの入力はまだ保存していません。電波のよい場所で、保存のボタンを押してください。";
      if (status === 401) {
        const link = document.createElement("a");
        link.href = location.pathname;
        link.textContent = "もう一度開く";
        trouble.append(" ", link);
      }
      trouble.hidden = false;
    }
    document.body.addEventListener("htmx:responseError", unsaved);
    document.body.addEventListener("htmx:sendError", unsaved);
    document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) trouble.hidden = true; });
    restore();
  });
})();
