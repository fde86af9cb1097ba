// Files and folders dropped on the form, or a folder chosen, are sent as if they had been picked in its field.
"use strict";
(() => {
  const form = document.getElementById("drop");
  if (!form) return;
  const field = document.getElementById("files"), folder = document.getElementById("folder");
  const tooMuch = document.getElementById("too-much"), choose = document.getElementById("choose-folder");
  document.getElementById("drop-here").hidden = false;
  choose.hidden = false;
  choose.addEventListener("click", () => folder.click());
  folder.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", event => {
    const files = [...field.files, ...folder.files];
    tooMuch.hidden = files.reduce((sum, one) => sum + one.size, 0) <= Number(form.dataset.most);
    if (!tooMuch.hidden) { event.preventDefault(); event.stopPropagation(); }
  });
  const over = event => { event.preventDefault(); form.classList.add("over"); };
  form.addEventListener("dragenter", over);
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", event => { if (!form.contains(event.relatedTarget)) form.classList.remove("over"); });
  form.addEventListener("drop", async event => {
    event.preventDefault();
    form.classList.remove("over");
    const kept = new DataTransfer();
    for (const file of await all(event.dataTransfer)) kept.items.add(file);
    field.files = kept.files;
    if (kept.files.length) form.requestSubmit();
  });
  // Entries have to be asked for before anything is waited for: afterwards the browser has forgotten them.
  async function all(given) {
    const entries = [...given.items].map(item => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    return entries.length ? (await Promise.all(entries.map(below))).flat() : [...given.files];
  }
  async function below(entry) {
    if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) break;
      found.push(...some);
    }
    return (await Promise.all(found.map(below))).flat();
  }
})();
