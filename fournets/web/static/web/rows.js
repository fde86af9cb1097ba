// j and k go down and up a list, x selects, Enter opens (the link has the focus), n turns the page, b goes to what can be done
// with the selected, / to the search; nothing while somebody types.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const list = document.getElementById("list");
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const step = { j: 1, k: -1 }[event.key];
    const field = document.getElementById("search");
    if (event.key === "/" && field) { event.preventDefault(); field.focus(); field.select(); }
    const row = document.activeElement.closest("tr");
    const link = event.key === "n" && document.querySelector("a[rel=next]");
    if (link) { event.preventDefault(); link.click(); }
    const act = event.key === "b" && document.querySelector("#chosen button");
    if (act) { event.preventDefault(); act.focus(); }
    const tick = event.key === "x" && row && row.querySelector("[name=chosen]");
    if (tick) { event.preventDefault(); tick.click(); }
    if (!step) return;
    const all = rows(), at = all.indexOf(row && row.querySelector("[data-row]"));
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
  });
  if (!list) return;
  // Ticks are sent as they are made; whoever leaves before the last one was kept takes it along.
  let made = 0, sent = 0, kept = 0;
  list.addEventListener("change", () => { made += 1; });
  list.addEventListener("htmx:beforeRequest", () => { sent = made; });
  list.addEventListener("htmx:afterRequest", event => { if (event.detail.successful) kept = sent; });
  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-page]");
    if (kept === made || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.getElementById("then").value = link.getAttribute("href");
    list.requestSubmit();
  });
  list.addEventListener("submit", () => { kept = made; });
  addEventListener("pagehide", () => { if (kept !== made) navigator.sendBeacon(list.action, new FormData(list)); });
})();
