// Enter goes to the next temperature, as on paper; only on the last one, or with Ctrl, is the sheet sent.
"use strict";
(() => {
  const form = document.getElementById("round");
  if (!form) return;
  form.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.name || !event.target.name.startsWith("t-")) return;
    const all = [...form.querySelectorAll("input[name^='t-']")];
    const next = all[all.indexOf(event.target) + 1];
    if (next) { event.preventDefault(); next.focus(); next.select(); }
  });
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  // What was typed is not lost by a slip: leaving asks first.
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", event => { if (typed) event.preventDefault(); });
})();
