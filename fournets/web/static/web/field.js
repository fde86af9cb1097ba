// The phone pages: the walk, a door, and what was recorded. Shown at once from the phone's own store; the register is asked
// behind it.
"use strict";
(() => {
  const { store, net, forms } = Field, { el, w, where } = forms;
  const main = document.getElementById("main"), line = document.getElementById("line"), toldLine = document.getElementById("told");
  const PARTS = ["id_number", "phone", "from_place", "returned_on", "until"];
  const TONES = { waiting: "todo", sent: "good", refused: "danger", aside: "late" };
  let who = null, day = null, queue = [], sums = { waits: 0, wrong: 0 }, busy = false, told = false;

  async function look() {
    who = await store.current();
    day = who ? await store.day(who) : null;
    await count();
    await draw();
  }
  async function count() {
    queue = who ? await store.records(who) : [];
    sums = who ? await store.counts(who) : { waits: 0, wrong: 0 };
  }
  // In the same place always: whether there is network, and what has not been sent.
  function drawLine() {
    const states = { [net.OFFLINE]: ["late", "state_offline"], [net.SIGNED_OUT]: ["danger", "state_signed_out"],
      [net.FAULT]: ["late", "state_fault"], [net.NO_RIGHT]: ["danger", "state_no_right"], [net.ONLINE]: ["good", "state_online"] };
    const [tone, code] = states[net.state()] || ["todo", "state_looking"];
    line.replaceChildren(
      el("span", { class: `state ${tone}`, id: "network" }, w(code)),
      net.state() === net.SIGNED_OUT ? el("a", { href: `${document.body.dataset.login}?next=${location.pathname}` }, w("sign_in")) : "",
      who ? el("a", { href: "#/sent", id: "queue" }, w("queue_line", sums)) : "");
    const mark = document.getElementById("mark");
    if (who && who.mark) mark.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(who.mark)}`;
    mark.hidden = !who;
    document.getElementById("leave").hidden = !who;
  }
  async function draw() {
    drawLine();
    const [, page, of] = decodeURIComponent(location.hash).split("/");
    if (!who) return drawNobody();
    if (page === "sent") return drawQueue();
    if (page === "new") return drawForm(w("new_title"), await forms.newcomerForm(who, null, saved));
    const door = page && day && day.doors.find(one => one.key === of);
    if (page === "door" && door) return drawDoor(door);
    if (page === "met" && door) return drawForm(w("met_title", { where: where(door) }), await forms.newcomerForm(who, door, saved));
    return drawWalk();
  }
  function show(title, ...inside) {
    document.title = title;
    main.replaceChildren(el("h1", { tabindex: "-1" }, title), ...inside.flat(Infinity).filter(Boolean));
  }
  const back = () => el("p", { class: "path" }, el("a", { href: "#/" }, `‹ ${w("walk_title")}`));

  function drawNobody() {
    show(w("walk_title"), el("div", { class: "empty" }, el("p", {}, w(net.state() === net.OFFLINE ? "nobody_offline" : "nobody")),
      el("p", {}, el("a", { class: "button", href: `${document.body.dataset.login}?next=${location.pathname}` }, w("sign_in")))));
  }
  // Recorded today: shown as done, whatever has been sent of it. Who was left out of the visit is still to be seen.
  const today = () => queue.filter(one => one.shown.key && one.state !== store.REFUSED && one.shown.outcome !== "newcomer" &&
    new Date(one.made).toDateString() === new Date().toDateString());
  const left = (door, mine) => {
    const seen = new Set(mine.filter(one => one.shown.key === door.key).flatMap(one => one.shown.people));
    return door.people.filter(one => one.visit && !seen.has(one.person));
  };

  function drawWalk() {
    if (!who.may) return show(w("walk_title"), el("div", { class: "empty" }, el("p", {}, w("no_right"))));
    if (!day) return show(w("walk_title"), el("div", { class: "empty" }, el("p", {}, w("no_day"))));
    if (day.over) return show(w("walk_title"), el("div", { class: "empty" }, el("p", {}, w("day_over", { hours: who.hours }))));
    const mine = today(), open = day.doors.filter(door => left(door, mine).length);
    const done = new Set(mine.map(one => one.shown.key).filter(key => !open.some(door => door.key === key))).size;
    show(w("walk_title"),
      el("p", { class: "big count" }, w("walk_count", { done, all: done + open.length })),
      el("p", { class: "help" }, w("walk_from", { area: who.area_name, at: time(day.at) })),
      day.more ? el("p", { class: "state late" }, w("walk_more")) : null,
      open.length ? null : el("div", { class: "empty" }, el("p", {}, w(done ? "walk_all_done" : "walk_none"))),
      doorList(open, mine),
      el("p", { class: "acts" }, el("a", { class: "button second", href: "#/new" }, w("new_title"))),
      mine.length ? el("details", { class: "ended" }, el("summary", {}, w("walk_done", { count: mine.length })), el("ul", { class: "records" }, mine.map(one => recordLine(one)))) : null);
  }
  function doorList(doors, mine) {
    const parts = [];
    let last = null, list = null;
    for (const door of doors) {
      const head = `${door.area} ${door.building}`.trim();
      if (head !== last) { last = head; list = el("ul", { class: "doors" }); parts.push(el("h2", {}, head), list); }
      list.append(doorLine(door, left(door, mine)));
    }
    return parts;
  }
  function doorLine(door, due) {
    const late = due.some(one => one.visit.late), tried = Math.max(0, ...due.map(one => one.visit.tried));
    const floor = door.floor === null ? "" : w("floor", { floor: door.floor });
    return el("li", {}, el("a", { href: `#/door/${encodeURIComponent(door.key)}`, class: "door panel" },
      el("b", { class: "number" }, door.door || "–"), el("span", { class: "help" }, floor),
      el("span", { class: "names" }, due.map(one => one.name).join("、"), door.door ? "" : el("span", { class: "help" }, ` ${door.address}`)),
      el("span", { class: "signs" }, late ? el("span", { class: "state late" }, w("late")) : "", tried ? el("span", { class: "help" }, w("tried", { times: tried })) : "")));
  }
  async function drawDoor(door) {
    const mine = today().filter(one => one.shown.key === door.key), due = left(door, mine);
    const people = door.people.map(one => el("li", { class: "panel resident" },
      el("p", {}, el("b", {}, one.name), ` ${[one.sex, one.age && w("age", { age: one.age })].filter(Boolean).join(" · ")} `, one.state ? el("span", { class: `state ${one.tone}` }, one.state) : ""),
      one.visit ? el("p", { class: "help" }, [w("due", { on: one.visit.due_on }), one.visit.tried ? w("tried", { times: one.visit.tried }) : "", one.visit.last ? w("last", { last: one.visit.last }) : ""].filter(Boolean).join(" · ")) : null,
      el("details", {}, el("summary", {}, w("file")), el("dl", { class: "values" }, PARTS.filter(name => one[name]).map(name => [el("dt", {}, w(`part_${name}`)), el("dd", {}, one[name])])))));
    const form = await forms.visitForm(who, { ...door, people: due.length ? due : door.people }, who.card, saved);
    show(where(door), back(), el("p", { class: "help" }, [door.area, door.floor === null ? "" : w("floor", { floor: door.floor })].filter(Boolean).join(" · ")),
      mine.length ? el("p", { class: "state todo" }, w("recorded_before", { outcome: w(`outcome_${mine[0].shown.outcome}`), at: time(mine[0].made) })) : null,
      el("ul", { class: "residents" }, people), el("p", { class: "acts" }, el("a", { class: "button second", href: `#/met/${encodeURIComponent(door.key)}` }, w("met"))), form);
  }
  function drawForm(title, form) { show(title, back(), form); }

  function recordLine(one, ...acts) {
    return el("li", { class: "panel record", "data-state": one.state },
      el("p", {}, el("b", {}, one.locked ? w("locked") : one.shown.where), " ", el("span", { class: `state ${TONES[one.state]}` }, w(`record_${one.state}`))),
      one.locked ? null : el("p", {}, `${w(`outcome_${one.shown.outcome}`)} · ${(one.shown.names || []).join("、")}`),
      one.shown.why ? el("p", { class: "why" }, one.shown.why) : null,
      el("p", { class: "help" }, time(one.made)), acts.length ? el("div", { class: "acts" }, acts) : null);
  }
  function drawQueue() {
    const lines = queue.map(one => recordLine(one,
      one.state === store.REFUSED ? el("button", { type: "button", class: "second", onclick: () => store.again(one.id).then(sync) }, w("again")) : "",
      removal(one)));
    show(w("queue_title"), back(), el("p", { class: "help" }, w("queue_help", { hours: who.hours })),
      el("p", { class: "acts" }, el("button", { type: "button", id: "send", disabled: busy, onclick: sync }, w(busy ? "sending" : "send"))),
      lines.length ? el("ul", { class: "records" }, lines) : el("div", { class: "empty" }, el("p", {}, w("queue_none"))));
  }
  // One that has not been sent exists here alone: deleting it asks first.
  function removal(one) {
    const gone = () => store.remove(one.id).then(look);
    if (one.state === store.SENT || one.state === store.ASIDE) return el("button", { type: "button", class: "second", onclick: gone }, w("remove"));
    return el("details", {}, el("summary", {}, w("remove")), el("p", {}, w("remove_sure")), el("button", { type: "button", class: "danger", onclick: gone }, w("remove_yes")));
  }

  const time = at => new Date(at).toLocaleString(document.documentElement.lang, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
  async function saved(shown) {
    toldLine.textContent = w("saved", { where: shown.where });
    told = true;
    location.hash = "#/";
    await look();
    window.scrollTo(0, 0);
    sync();
  }
  // What is waiting is sent; on the way the day is fetched anew. A form that is being filled in is not drawn again.
  const filling = () => main.querySelector("form.visit") !== null;
  const refresh = async () => { await count(); if (filling()) drawLine(); else await look(); };
  async function sync() {
    if (busy) return;
    busy = true;
    try { await net.send(); } finally { busy = false; }
    await refresh();
  }
  async function start() {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => null);
    await look();
    await renew();
    keepShell();
    setInterval(() => { if (sums.waits) sync(); }, 60000);
  }
  async function renew() {
    const found = await net.renew();
    if (!found) return refresh();
    await refresh();
    if (sums.waits) await sync();
    await store.tidy(found);
  }
  // Once the walk is shown: what is kept for the next time must not hold up this one.
  function keepShell() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.register(document.body.dataset.worker, { updateViaCache: "none" }).then(found => found.update()).catch(() => null);
    navigator.serviceWorker.ready.then(found => found.active.postMessage({ lang: document.documentElement.lang.slice(0, 2) })).catch(() => null);
  }

  net.onState(() => drawLine());
  store.onChange(refresh);
  window.addEventListener("hashchange", () => { if (!told) toldLine.textContent = ""; told = false; draw().then(() => { const head = main.querySelector("h1"); if (head) head.focus({ preventScroll: true }); window.scrollTo(0, 0); }); });
  window.addEventListener("online", renew);
  window.addEventListener("offline", () => { net.hello(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") sync(); });
  document.getElementById("leave").addEventListener("click", () => {
    document.getElementById("leave-waits").textContent = w(sums.waits ? "leave_waits" : "leave_help", sums);
    document.getElementById("leaving").showModal();
  });
  document.getElementById("leave-yes").addEventListener("click", () => { document.getElementById("leaving").close(); net.leave(); });
  document.getElementById("leave-no").addEventListener("click", () => document.getElementById("leaving").close());
  start();
})();
