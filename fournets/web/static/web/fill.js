// A field form drawn by ODK Web Forms; what it collected is sent, and counts as sent only when the answer names its id.
import { createApp, h } from "../webforms/vue.runtime.esm-browser.prod.js";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from "../webforms/index.js";

const place = document.getElementById("fill"), told = document.getElementById("fill-said");
const { form, send, login, lost, broken, signedOut, other } = place.dataset;
let typed = false;

function tell(said, good) {
  told.textContent = said;
  told.className = good ? "good" : "wrong";
  told.hidden = false;
  told.scrollIntoView({ block: "center" });
}

async function idOf(file) {
  const filled = new DOMParser().parseFromString(await file.text(), "text/xml");
  return filled.getElementsByTagNameNS("*", "instanceID")[0]?.textContent.trim();
}

// The page as it is now: who signed in again meanwhile has another token, and may be somebody else.
async function current() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (answer.type === "opaqueredirect") return { why: signedOut };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), now = page.getElementById("fill");
  if (now?.dataset.login !== login) return { why: now ? other : broken };
  return { token: page.querySelector("input[name=csrfmiddlewaretoken]").value };
}

async function submit(payload, done) {
  const [data] = [].concat(payload.data);
  let answer, said;
  try {
    const { token, why } = await current();
    if (why) return tell(why, false);
    answer = await fetch(send, { method: "POST", body: data, headers: { "X-CSRFToken": token } });
    said = await answer.json();
  } catch { return tell(answer ? broken : lost, false); }
  if (said.instance !== await idOf(data.get("xml_submission_file"))) return tell(said.said || broken, false);
  typed = false;
  tell(said.said, answer.ok);
  done({ next: POST_SUBMIT__NEW_INSTANCE });
}

const attachment = async url => fetch(new URL(String(url).split("/").pop(), new URL(form, location.href)));
try {
  const answer = await fetch(form);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const formXml = await answer.text();
  place.replaceChildren();
  document.querySelector("main h1").hidden = true; // the form says its own title
  createApp({ render: () => h(OdkWebForm, { formXml, fetchFormAttachment: attachment, onSubmit: submit }) }).use(webFormsPlugin).mount(place);
  place.addEventListener("input", () => { typed = true; });
} catch { tell(broken, false); }
window.addEventListener("beforeunload", event => { if (typed) event.preventDefault(); });
