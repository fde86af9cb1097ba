// A key presses the button that shows it (data-key), unless somebody is typing.
// Nobody decides about a row he has not seen: a key that came before the next row stood on the page is told of and not taken. Only u
// is kept until then: what it takes back is the decision still on its way.
"use strict";
(() => {
  const row = document.querySelector("[data-keys]");
  const told = { early: document.getElementById("key-early"), lost: document.getElementById("key-lost") };
  const buttonOf = key => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  let back = false, seen = 0;
  const busy = is => row.setAttribute("aria-busy", is);
  const tell = (what, key = "") => {
    for (const [name, one] of Object.entries(told)) one.hidden = name !== what;
    if (key) told[what].querySelector("kbd").textContent = key.toUpperCase();
  };
  const press = key => {
    const button = buttonOf(key);
    if (button) button.click();
    return Boolean(button);
  };
  const early = key => {
    if (key === "u") back = true;
    else if (buttonOf(key)) tell("early", key);
  };
  // Here as soon as it is painted; what was pressed before counts as early, however late the browser comes to tell of it.
  const here = () => {
    busy(false);
    seen = performance.now();
    if (back && !press("u")) tell("early", "u");
    back = false;
  };
  busy(false);
  row.addEventListener("htmx:beforeRequest", () => { busy(true); tell(""); });
  row.addEventListener("htmx:afterSettle", event => {
    if (event.target === row) requestAnimationFrame(() => setTimeout(here));
  });
  row.addEventListener("htmx:afterRequest", event => {
    if (event.detail.successful) return;
    busy(back = false);
    tell("lost");
  });
  document.addEventListener("keydown", event => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || key.length > 1) return;
    if (event.target.closest("input, select, textarea")) return;
    if (row.getAttribute("aria-busy") === "true" || event.timeStamp < seen) early(key);
    else if (press(key)) event.preventDefault();
  });
})();
