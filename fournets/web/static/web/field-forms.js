// What is filled in at a door: how the visit ended, whom it was about, and people met for the first time. Kept as it is
// typed, saved on the phone before anything is said.
"use strict";
Field.forms = (() => {
  const store = Field.store;
  const words = JSON.parse(document.getElementById("words").textContent);
  const w = (code, values = {}) => (words[code] || code).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const OUTCOMES = ["reached", "nobody_home", "refused", "moved"];
  const WHO = ["name", "id_number", "phone", "relation", "from_place", "returned_on"];

  // An element with what stands in it; texts are texts, whatever signs they hold.
  function el(tag, given = {}, ...inside) {
    const one = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
      else if (value === true) one.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) one.setAttribute(name, value);
    }
    one.append(...inside.flat(Infinity).filter(part => part !== null && part !== undefined && part !== ""));
    return one;
  }
  const field = (label, input, help) =>
    el("div", { class: "field" }, el("label", { for: input.id }, label), input, help ? el("p", { class: "help" }, help) : null);
  const text = (name, value, given = {}) => {
    const one = el("input", { id: `f-${name}`, name, maxlength: 200, autocomplete: "off", ...given });
    one.value = value || "";
    return one;
  };
  const area = (name, value) => {
    const one = el("textarea", { id: `f-${name}`, name, maxlength: 1000, rows: 3 });
    one.value = value || "";
    return one;
  };
  const where = door => (door.building || door.door ? `${door.building} ${door.door}`.trim() : door.address || door.area);

  // The form of one door. ``done(shown)`` once it is saved.
  async function visitForm(who, door, card, done) {
    const draft = (await store.draft(who, door.key)) || {};
    const due = door.people.filter(one => one.visit);
    const ticked = new Set(draft.people || due.map(one => one.person));
    const form = el("form", { class: "visit", autocomplete: "off", novalidate: true });
    const parts = el("div", { class: "parts" });
    const chosen = () => (form.querySelector("input[name=outcome]:checked") || {}).value || "";
    const show = () => parts.replaceChildren(...detail(chosen(), draft, card));
    form.append(
      due.length > 1 ? el("fieldset", { class: "field" }, el("legend", {}, w("whom")), due.map(one => tick("people", one.person, one.name, ticked.has(one.person)))) : "",
      el("fieldset", { class: "field outcomes" }, el("legend", {}, w("how")), OUTCOMES.map(one => radio(one, draft.outcome === one))),
      parts, field(w("note"), area("note", draft.note), w("note_help")), placeTick(draft), wrongLine(), saveBar());
    form.addEventListener("change", event => { if (event.target.name === "outcome") show(); });
    keepTyped(form, who, door.key, draft);
    show();
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const now = read(form);
      const people = due.filter(one => due.length === 1 || now.people.includes(one.person));
      if (!chosen()) return wrong(form, w("wrong_outcome"));
      if (!people.length) return wrong(form, w("wrong_whom"));
      const said = {
        ...base(who), outcome: now.outcome, tasks: people.map(one => one.visit.task), address: where(door).slice(0, 200),
        note: now.note, moved_to: now.outcome === "moved" ? now.moved_to || "" : "", place: place(form),
      };
      await save(who, said, { where: where(door), names: people.map(one => one.name), people: people.map(one => one.person), outcome: now.outcome, key: door.key }, door.key, form, done);
    });
    return form;
  }
  function detail(outcome, draft, card) {
    if (outcome === "moved") return [field(w("moved_to"), text("moved_to", draft.moved_to), w("moved_help"))];
    if (outcome === "nobody_home" && card) {
      return [el("div", { class: "panel card" }, el("p", { class: "big" }, w("card_title")), el("img", { class: "qr", src: card, alt: w("card_alt"), width: 180, height: 180 }), el("p", { class: "help" }, w("card_help")))];
    }
    return outcome === "refused" ? [el("p", { class: "help" }, w("refused_help"))] : [];
  }

  // People met for the first time: at a door that is known, or at one that is not.
  async function newcomerForm(who, door, done) {
    const of = door ? `new/${door.key}` : "new";
    const draft = (await store.draft(who, of)) || {};
    const form = el("form", { class: "visit", autocomplete: "off", novalidate: true });
    const people = el("div", {});
    const add = one => people.append(person(people.children.length + 1, one || {}));
    (draft.newcomers && draft.newcomers.length ? draft.newcomers : [{}]).forEach(add);
    const more = el("button", { type: "button", class: "second", onclick: () => { if (people.children.length < 12) add(); } }, w("add_person"));
    form.append(field(w("address"), text("address", draft.address || (door ? where(door) : "")), w("address_help")), people, more,
      field(w("note"), area("note", draft.note)), placeTick(draft), wrongLine(), saveBar());
    keepTyped(form, who, of, draft);
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const now = read(form);
      const newcomers = now.newcomers.filter(one => Object.values(one).some(Boolean));
      if (!now.address.trim()) return wrong(form, w("wrong_address"), form.elements.address);
      if (!newcomers.length || newcomers.some(one => !one.name)) return wrong(form, w("wrong_name"));
      const said = { ...base(who), outcome: "newcomer", address: now.address.trim(), newcomers, note: now.note, place: place(form) };
      await save(who, said, { where: said.address, names: newcomers.map(one => one.name), outcome: "newcomer", key: door ? door.key : "" }, of, form, done);
    });
    return form;
  }
  function person(number, one) {
    const given = { phone: { type: "tel", inputmode: "tel" }, returned_on: { type: "date" }, name: { maxlength: 60 }, id_number: { autocapitalize: "characters", spellcheck: "false" } };
    const inputs = WHO.map(name => field(w(`who_${name}`), text(`${name}-${number}`, one[name], { "data-part": name, ...given[name] })));
    return el("fieldset", { class: "panel person" }, el("legend", {}, w("person_number", { number })), inputs.slice(0, 3), el("details", {}, el("summary", {}, w("who_more")), inputs.slice(3)));
  }

  const base = who => ({ id: store.newId(), account: who.account, area: who.area, device_at: Field.net.moment() });
  const radio = (value, on) => {
    const one = el("input", { type: "radio", name: "outcome", value });
    one.checked = on;
    return el("label", { class: "choice" }, one, el("span", {}, w(`outcome_${value}`)));
  };
  const tick = (name, value, label, on) => {
    const one = el("input", { type: "checkbox", name, value });
    one.checked = on;
    return el("label", { class: "tick" }, one, label);
  };
  const wrongLine = () => el("p", { class: "errorlist", role: "alert" });
  const saveBar = () => el("div", { class: "savebar" }, el("button", { class: "save" }, w("save")));
  function wrong(form, said, at) {
    form.querySelector("[role=alert]").textContent = said;
    (at || form.querySelector("[role=alert]")).scrollIntoView({ block: "center" });
    if (at) at.focus();
  }
  function read(form) {
    const all = new FormData(form);
    const newcomers = [...form.querySelectorAll(".person")].map(set =>
      Object.fromEntries([...set.querySelectorAll("[data-part]")].map(one => [one.dataset.part, one.value.trim()])));
    return { outcome: all.get("outcome") || "", people: all.getAll("people"), note: all.get("note") || "",
      moved_to: all.get("moved_to") || "", address: all.get("address") || "", newcomers };
  }
  // What is typed is kept half a second later, and when the page goes out of sight.
  function keepTyped(form, who, of, draft) {
    let due = 0;
    const keep = () => { clearTimeout(due); due = 0; if (!form.dataset.saved) store.keepDraft(who, of, Object.assign(draft, read(form))).catch(() => null); };
    form.addEventListener("input", () => { clearTimeout(due); due = setTimeout(keep, 500); });
    const hidden = () => { if (!form.isConnected) document.removeEventListener("visibilitychange", hidden); else if (due) keep(); };
    document.addEventListener("visibilitychange", hidden);
    form.keepNow = () => { if (due) keep(); };
  }
  // Where she is, only where she ticks it; the form is saved without where the phone does not know.
  function placeTick() {
    if (!navigator.geolocation) return "";
    const told = el("span", { class: "help", role: "status" });
    const box = el("input", { type: "checkbox", name: "located" });
    box.addEventListener("change", () => {
      delete box.dataset.place;
      told.textContent = box.checked ? w("place_looking") : "";
      if (!box.checked) return;
      navigator.geolocation.getCurrentPosition(found => {
        const { latitude, longitude, accuracy } = found.coords;
        box.dataset.place = JSON.stringify({ lat: latitude, lng: longitude, accuracy: Math.min(accuracy, 1e7) });
        told.textContent = w("place_known", { metres: Math.round(accuracy) });
      }, () => { box.checked = false; told.textContent = w("place_unknown"); }, { enableHighAccuracy: true, timeout: 20000 });
    });
    return el("div", { class: "field" }, el("label", { class: "tick" }, box, w("place")), told);
  }
  function place(form) {
    const box = form.querySelector("input[name=located]");
    return box && box.checked && box.dataset.place ? JSON.parse(box.dataset.place) : null;
  }
  async function save(who, said, shown, of, form, done) {
    if (form.dataset.saved) return;
    form.dataset.saved = "yes";
    try { await store.add(who, said, shown, of); }
    catch { delete form.dataset.saved; wrong(form, w("wrong_store")); return; }
    done(shown);
  }
  return { el, w, where, visitForm, newcomerForm };
})();
