// How the phone talks to the register: whose session it is, the day's visits, and what was recorded. Only an answer that
// names a record takes it from the queue: a page to sign in, a proxy's word or half an answer leaves it where it is.
"use strict";
Field.net = (() => {
  const OFFLINE = "offline", SIGNED_OUT = "signed_out", FAULT = "fault", ONLINE = "online", NO_RIGHT = "no_right";
  const store = Field.store;
  const places = document.body.dataset;
  let state = navigator.onLine ? "" : OFFLINE;
  const lang = document.documentElement.lang.slice(0, 2);  // what is told is told in the language of the page
  let csrf = "", account = null;
  const heard = [];
  const say = next => { state = next; heard.forEach(act => act(state)); };

  // JSON of our own, or why there is none. A redirect is not followed: it leads to the page to sign in.
  async function ask(address, options = {}) {
    let answer;
    try {
      const early = window.fieldAsked.get(address);
      window.fieldAsked.delete(address);
      answer = await (early || fetch(address, { redirect: "manual", cache: "no-store", credentials: "same-origin", ...options }));
    } catch { answer = null; }
    if (!answer) return { trouble: OFFLINE };
    if (answer.type === "opaqueredirect") return { trouble: SIGNED_OUT };
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!json) return { trouble: answer.status === 403 ? NO_RIGHT : FAULT };
    try {
      const body = await answer.json();
      return answer.ok ? { body } : { trouble: answer.status === 403 ? SIGNED_OUT : FAULT, said: body.said };
    } catch { return { trouble: OFFLINE }; }
  }

  // Whose session this is now. Another account than before: its own key and nothing of the other's.
  async function hello() {
    const { body, trouble } = await ask(places.hello);
    if (trouble) { say(trouble); return null; }
    csrf = body.csrf;
    account = body.account;
    const leaving = await store.meta("leave");
    if (leaving === true || leaving === account) { await signOutThere(); return null; }
    if (leaving) await store.setMeta("leave", false); // she who left is not she who is here now
    const who = await store.signIn(body);
    say(ONLINE);
    return who;
  }
  // Both asked for at once: on a slow line each question is a moment of waiting. A day of another account is not hers.
  async function renew() {
    const asked = ask(`${places.day}?lang=${lang}`);
    const who = await hello();
    if (!who || !who.may) return who;
    const { body, trouble } = await asked;
    if (trouble) say(trouble);
    else if (body.account === who.account) await store.keepDay(who, body);
    return who;
  }

  // One tab sends at a time; what two would send twice would still count once.
  async function send() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request("fournets-field-send", { ifAvailable: true }, lock => (lock ? sendAll() : null));
  }
  async function sendAll() {
    const who = await hello();
    if (!who) return;
    for (;;) {
      const records = await store.waiting(who, who.batch);
      if (!records.length) return;
      const sent = { sent_at: moment(), device: await device(), records };
      const { body, trouble } = await ask(`${places.records}?lang=${lang}`, {
        method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      });
      if (trouble) { say(trouble); return; }
      const asked = new Set(records.map(one => one.id));
      const answers = (body.answers || []).filter(one => asked.has(one.id));
      await store.answered(who, answers);
      heard.forEach(act => act(state));
      if (!answers.length) { say(FAULT); return; }
    }
  }

  // By which the office tells two phones of one account apart.
  async function device() {
    const known = await store.meta("device");
    if (known) return known;
    const fresh = store.newId().slice(0, 8);
    await store.setMeta("device", fresh);
    return fresh;
  }

  // Signing out wipes the key and the day here at once; without network the session ends at the next contact.
  async function leave() {
    await send();
    await store.signOut();
    await store.setMeta("leave", account ?? true);
    await hello();
    location.assign(places.login);
  }
  async function signOutThere() {
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrf });
    try {
      const answer = await fetch(places.logout, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": csrf } });
      if (answer.type !== "opaqueredirect" && !answer.ok) { say(FAULT); return; }
    } catch { return; }
    await store.setMeta("leave", false);
    say(SIGNED_OUT);
  }

  // A moment by this phone's clock, with its offset: 2020-02-05T09:00:00.000+08:00.
  function moment(at = new Date()) {
    const off = -at.getTimezoneOffset(), sign = off < 0 ? "-" : "+";
    const two = number => String(Math.trunc(Math.abs(number))).padStart(2, "0");
    const here = new Date(at.getTime() + off * 60000).toISOString().slice(0, -1);
    return `${here}${sign}${two(off / 60)}:${two(off % 60)}`;
  }
  const onState = act => { heard.push(act); };

  return { OFFLINE, SIGNED_OUT, FAULT, ONLINE, NO_RIGHT, hello, renew, send, leave, moment, onState, state: () => state };
})();
