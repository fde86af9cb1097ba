// Enter goes to the next question, as one asks them; Escape leaves the field, so that a key is an outcome again.
"use strict";
(() => {
  const form = document.getElementById("said");
  if (!form) return;
  form.addEventListener("keydown", event => {
    if (event.key === "Escape") { event.target.blur(); return; }
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const all = [...form.querySelectorAll(".questions input, #note")].filter(one => one.type !== "radio" || one.checked || !form.querySelector(`[name="${one.name}"]:checked`));
    const next = all.slice(all.indexOf(event.target) + 1).find(one => one.name !== event.target.name);
    if (next) next.focus(); else event.target.blur();
  });
  // What was typed is not lost by a slip: leaving asks first.
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  document.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", event => { if (typed) event.preventDefault(); });
})();
