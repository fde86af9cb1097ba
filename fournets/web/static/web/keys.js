// A key presses the button that shows it (data-key), unless somebody is typing.
"use strict";
(() => {
  let waiting = false;
  document.addEventListener("htmx:beforeRequest", () => { waiting = true; });
  document.addEventListener("htmx:afterRequest", () => { waiting = false; });
  document.addEventListener("keydown", event => {
    if (waiting || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, textarea")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });
})();
