// The frame: light or dark by the reader's choice, kept in a cookie so that the server draws the page so at once.
"use strict";
(() => {
  const order = ["", "light", "dark"];
  const button = document.getElementById("theme");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const next = order[(order.indexOf(root.dataset.theme || "") + 1) % order.length];
      if (next) root.dataset.theme = next; else delete root.dataset.theme;
      document.cookie = `theme=${next}; path=/; max-age=${next ? 31536000 : 0}; SameSite=Lax`;
    });
  }
  // How many things that concern the reader are new: looked up now and each minute; a page left meanwhile is no error.
  const bell = document.getElementById("bell");
  if (bell) {
    const look = () => fetch(bell.dataset.from).then(answer => answer.ok && !answer.redirected ? answer.text() : "")
      .then(text => { if (text) bell.innerHTML = text; }).catch(() => {});
    look();
    setInterval(look, 60000);
  }
  // A form that changes something is sent once; what takes longer than a second says that it is at work.
  const working = document.getElementById("working");
  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const wait = working && !("file" in form.dataset) && setTimeout(() => { working.textContent = working.dataset.said; }, 1000);
    window.addEventListener("pageshow", () => {
      delete form.dataset.sent;
      clearTimeout(wait);
      if (working) working.textContent = "";
    }, { once: true });
  });
  // Whoever signs out leaves neither her key nor the day's visits on this phone (field-store.js).
  document.addEventListener("submit", event => {
    const form = event.target;
    if (!form.action.endsWith("/account/logout/") || !window.indexedDB || !indexedDB.databases) return;
    event.preventDefault();
    let gone = false;
    const go = () => { if (!gone) { gone = true; form.submit(); } };
    setTimeout(go, 1500); // whatever becomes of the store, nobody stays signed in
    indexedDB.databases().then(all => all.some(one => one.name === "fournets-field")).then(there => {
      if (!there) return go();
      const asked = indexedDB.open("fournets-field");
      asked.onerror = asked.onblocked = go;
      asked.onsuccess = () => {
        const act = asked.result.transaction(["keys", "days", "meta"], "readwrite");
        act.objectStore("keys").clear();
        act.objectStore("days").clear();
        act.objectStore("meta").delete("account");
        act.oncomplete = act.onabort = go;
      };
    }).catch(go);
  });
  // ? opens and closes the page's guide; nothing while somebody types.
  document.addEventListener("keydown", event => {
    const guide = document.getElementById("guide");
    if (event.key !== "?" || !guide || event.target.closest("input, select, textarea")) return;
    guide.open = !guide.open;
    if (guide.open) guide.querySelector("summary").focus();
  });
  // Ctrl K goes to the search, wherever the reader is.
  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const field = document.getElementById("search");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    }
  });
})();
