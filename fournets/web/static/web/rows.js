// j and k go down and up a list, Enter opens (the link has the focus), / goes to the search; nothing while somebody types.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const step = { j: 1, k: -1 }[event.key];
    const field = document.getElementById("search");
    if (event.key === "/" && field) { event.preventDefault(); field.focus(); field.select(); }
    if (!step) return;
    const all = rows(), at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
  });
})();
