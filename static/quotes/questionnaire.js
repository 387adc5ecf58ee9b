// The questionnaire keeps what was typed when the session has run out: nothing is lost between here and the login.
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("questionnaire");
    const notice = document.getElementById("session-notice");
    if (!form || !notice) return;
    const key = `questionnaire:${form.dataset.keep}`;

    function keep(field) {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      kept[field.name] = field.value;
      sessionStorage.setItem(key, JSON.stringify(kept));
    }

    function restore() {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      const names = Object.keys(kept);
      if (!names.length) return;
      sessionStorage.removeItem(key);
      for (const name of names) {
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio") field.checked = field.value === kept[name];
          else field.value = kept[name];
        }
      }
      notice.textContent = `保存できていなかった${names.length}件の入力を戻しました。内容を確認して、「保存して進む」を押してください。`;
      notice.hidden = false;
    }

    function unsaved(event) {
      if (!form.contains(event.target)) return;
      const field = event.detail.requestConfig?.triggeringEvent?.target;
      if (field && field.name) keep(field);
      const expired = event.detail.xhr && [401, 403].includes(event.detail.xhr.status);
      notice.textContent = expired
        ? "ログインの有効期限が切れたため、いまの入力はまだ保存していません。入力はこのブラウザに残してあります。"
        : "通信できなかったため、いまの入力はまだ保存していません。もう一度入力するか、「保存して進む」を押してください。";
      if (expired) {
        const link = document.createElement("a");
        link.href = location.pathname;
        link.textContent = "ログインし直して続ける";
        notice.append(" ", link);
      }
      notice.hidden = false;
    }
    document.body.addEventListener("htmx:responseError", unsaved);
    document.body.addEventListener("htmx:sendError", unsaved);
    restore();
  });
})();
