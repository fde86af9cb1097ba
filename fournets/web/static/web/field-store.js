// What a phone keeps: a day's visits and what was recorded, locked with the key of the account it belongs to. In the clear
// stand only: whose it is, when it was made and how far it has come. See docs/adr/0019.
"use strict";
const Field = window.Field = {};
Field.store = (() => {
  const NAME = "fournets-field";
  const WAITING = "waiting", SENT = "sent", REFUSED = "refused", ASIDE = "aside";
  const SHOWN = 500;  // of a phone that was weeks without network the newest are shown; all are sent
  const coder = new TextEncoder(), reader = new TextDecoder();
  let opened = null;
  const db = () => opened || (opened = idb.openDB(NAME, 1, {
    upgrade(base) {
      base.createObjectStore("keys", { keyPath: "account" });
      base.createObjectStore("days", { keyPath: "account" });
      const records = base.createObjectStore("records", { keyPath: "id" });
      records.createIndex("account", ["account", "made"]);
      records.createIndex("state", ["account", "state", "made"]);
      base.createObjectStore("drafts", { keyPath: ["account", "of"] });
      base.createObjectStore("meta");
    },
    terminated() { opened = null; },
  }));
  const told = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  const tell = () => { if (told) told.postMessage("changed"); };

  // A name for good: made here, so that whatever is sent twice is known for the same.
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const hex = [...b].map(one => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  // Each thing is locked for its account and its own name: none can be put in the place of another.
  async function lock(key, account, name, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { name: "AES-GCM", iv, additionalData: coder.encode(`${account}/${name}`) };
    return { iv, data: await crypto.subtle.encrypt(algorithm, key, coder.encode(JSON.stringify(value))) };
  }
  async function unlock(key, account, name, kept) {
    const algorithm = { name: "AES-GCM", iv: kept.iv, additionalData: coder.encode(`${account}/${name}`) };
    return JSON.parse(reader.decode(await crypto.subtle.decrypt(algorithm, key, kept.data)));
  }
  // Written for good before anybody is told so: a phone that dies the next moment has it.
  async function write(stores, change) {
    const act = (await db()).transaction(stores, "readwrite", { durability: "strict" });
    await Promise.all([change(act), act.done]);
    tell();
  }

  // The account the pages show: {account, name, key, ...}; none after signing out.
  async function current() {
    const account = await (await db()).get("meta", "account");
    return account ? (await (await db()).get("keys", account)) || null : null;
  }
  // The key cannot be taken out again by any script, only used. Of another account the key and the day go; what it has not
  // sent stays locked until it signs in again.
  async function signIn(who) {
    const raw = Uint8Array.from(atob(who.key), sign => sign.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    const { account, name, area, area_name, hours, batch, card, mark, may } = who;
    await write(["keys", "days", "meta"], async act => {
      for (const other of await act.objectStore("keys").getAllKeys()) {
        if (other !== account) { act.objectStore("keys").delete(other); act.objectStore("days").delete(other); }
      }
      act.objectStore("keys").put({ account, name, key, area, area_name, hours, batch, card, mark, may });
      act.objectStore("meta").put(account, "account");
    });
    return current();
  }
  async function signOut() {
    await write(["keys", "days", "meta"], async act => {
      act.objectStore("keys").clear();
      act.objectStore("days").clear();
      act.objectStore("meta").delete("account");
    });
  }
  const meta = async name => (await db()).get("meta", name);
  const setMeta = (name, value) => write(["meta"], act => act.objectStore("meta").put(value, name));

  async function keepDay(who, day) {
    const kept = await lock(who.key, who.account, "day", day);
    const until = Date.now() + who.hours * 3600000;
    await write(["days"], act => act.objectStore("days").put({ account: who.account, until, ...kept }));
  }
  // The day, null where there is none; one past its hours is wiped, and said to be.
  async function day(who) {
    const kept = await (await db()).get("days", who.account);
    if (!kept) return null;
    if (Date.now() > kept.until) {
      await write(["days"], act => act.objectStore("days").delete(who.account));
      return { over: true, doors: [] };
    }
    return unlock(who.key, who.account, "day", kept);
  }

  // ``said`` is what is sent, word for word; ``shown`` what the list of records says of it.
  async function add(who, said, shown, of) {
    const made = Date.now();
    const kept = await lock(who.key, who.account, said.id, { said, shown });
    await write(["records", "drafts"], async act => {
      act.objectStore("records").add({ id: said.id, account: who.account, state: WAITING, made, ...kept });
      act.objectStore("drafts").delete([who.account, of]);
    });
  }
  const bounds = (...begin) => IDBKeyRange.bound([...begin, 0], [...begin, Infinity]);
  const inState = async (who, state, most) => (await db()).getAllFromIndex("records", "state", bounds(who.account, state), most);
  // How many wait, and how many somebody should look at.
  async function counts(who) {
    const of = async state => (await db()).countFromIndex("records", "state", bounds(who.account, state));
    const [waits, refused, aside] = await Promise.all([WAITING, REFUSED, ASIDE].map(of));
    return { waits, wrong: refused + aside };
  }
  // One's own, the newest first, and every one that was refused; what cannot be opened is shown as such, and stays.
  async function records(who) {
    const rows = new Map();
    let cursor = await (await db()).transaction("records").store.index("account").openCursor(bounds(who.account), "prev");
    while (cursor && rows.size < SHOWN) { rows.set(cursor.value.id, cursor.value); cursor = await cursor.continue(); }
    for (const row of await inState(who, REFUSED, SHOWN)) rows.set(row.id, row);
    return Promise.all([...rows.values()].map(async row => {
      try { return { ...row, ...(await unlock(who.key, who.account, row.id, row)) }; }
      catch { return { ...row, locked: true, shown: {} }; }
    }));
  }
  // The oldest that wait; those that cannot be opened do not hold up the others.
  async function waiting(who, most) {
    const open = async rows => (await Promise.all(rows.map(row => unlock(who.key, who.account, row.id, row).catch(() => null))))
      .filter(Boolean).map(one => one.said);
    const first = await inState(who, WAITING, most), found = await open(first);
    return found.length || first.length < most ? found : (await open(await inState(who, WAITING))).slice(0, most);
  }
  // What the server said of a record. One it has keeps only what the list shows; one it refused stays whole.
  async function answered(who, answers) {
    const words = { kept: SENT, aside: ASIDE, refused: REFUSED };
    const found = await Promise.all(answers.map(async one => {
      const row = await (await db()).get("records", one.id);
      if (!row || row.account !== who.account || !words[one.state]) return null;
      const text = await unlock(who.key, who.account, one.id, row);
      const said = one.state === "refused" ? text.said : null;
      const kept = await lock(who.key, who.account, one.id, { said, shown: { ...text.shown, why: one.said } });
      return { ...row, ...kept, state: words[one.state], told: Date.now() };
    }));
    // Deleted meanwhile stays deleted.
    await write(["records"], async act => {
      for (const row of found.filter(Boolean)) {
        if (await act.objectStore("records").getKey(row.id)) act.objectStore("records").put(row);
      }
    });
  }
  const again = async id => write(["records"], async act => {
    const row = await act.objectStore("records").get(id);
    if (row) act.objectStore("records").put({ ...row, state: WAITING });
  });
  const remove = id => write(["records"], act => act.objectStore("records").delete(id));
  // What the server has is of no use here after the hours of a day.
  async function tidy(who) {
    const old = Date.now() - who.hours * 3600000;
    const had = (await Promise.all([SENT, ASIDE].map(state => inState(who, state)))).flat();
    const gone = had.filter(row => row.told < old);
    if (gone.length) await write(["records"], async act => { gone.forEach(row => act.objectStore("records").delete(row.id)); });
  }

  async function keepDraft(who, of, value) {
    const kept = await lock(who.key, who.account, `draft/${of}`, value);
    const act = (await db()).transaction("drafts", "readwrite");
    await Promise.all([act.store.put({ account: who.account, of, ...kept }), act.done]);
  }
  async function draft(who, of) {
    const kept = await (await db()).get("drafts", [who.account, of]);
    return kept ? unlock(who.key, who.account, `draft/${of}`, kept).catch(() => null) : null;
  }
  const onChange = act => { if (told) told.addEventListener("message", act); };

  return { WAITING, SENT, REFUSED, ASIDE, newId, current, signIn, signOut, meta, setMeta, keepDay, day, add, counts, records,
    waiting, answered, again, remove, tidy, keepDraft, draft, onChange, tell };
})();
