// Enter goes to the next row, as on paper; only on the last one, or with Ctrl, is the sheet sent.
"use strict";
(() => {
  const form = document.getElementById("round");
  if (!form) return;
  const first = `input[name^="${form.dataset.enter || "t-"}"]`;  // what is typed of a row first
  form.addEventListener("keydown", event => {
    const row = event.target.closest("li");
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !row || !event.target.matches("input:not([type=checkbox])")) return;
    const all = [...form.querySelectorAll(first)];
    const next = all[all.indexOf(row.querySelector(first)) + 1];
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
