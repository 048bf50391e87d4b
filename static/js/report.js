// The writing page of a report: it saves by itself, counts, and lets no word be lost. When saving fails (the
// login has run out, the line is down, somebody else has saved), the words stay in this browser until it succeeds.
const form = document.querySelector("form[data-draft]");
const state = document.getElementById("draft-state");
const trouble = document.getElementById("draft-problem");
const found = document.getElementById("draft-found");

const EVERY = 4000; // ms after the first unsaved stroke
const AGAIN = 15000; // ms until the next try when the line is down
const SHAPES = { unsaved: "", saving: "doing", saved: "ok", failed: "bad" };

let dirty = false;
let sending = null;
let halted = false; // a refusal that trying again will not cure
let isKept = false; // what is unsaved lies in this browser
let pending = null; // what was found here and is neither taken back nor thrown away yet
let timer = 0;

const size = (text) => [...text.replace(/\s/g, "")].length;
const rows = () => [...form.querySelectorAll("[data-body] [data-row]")];
const fields = () => [...form.querySelectorAll("textarea, input:not([type=hidden]), [name$=-TOTAL_FORMS]")].filter((field) => field.name);
const values = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));
let saved = values(); // as the server has them

// --- how things stand ---

function say(word) {
  const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  state.className = `badge ${SHAPES[word]}`;
  state.textContent = state.dataset[`say${word[0].toUpperCase()}${word.slice(1)}`].replace("{time}", time);
}

// The way out, where there is one, stands in the banner; to sign in it also stands at the foot, where a phone shows it.
function complain(title, text, way = "") {
  trouble.querySelector("h2").textContent = title;
  trouble.querySelector("p").textContent = text;
  trouble.querySelector("p.row").hidden = !way;
  for (const link of document.querySelectorAll("[data-way]")) link.hidden = link.dataset.way !== way;
  trouble.hidden = false;
}

function show(badge, n, least) {
  const { some, none } = badge.dataset;
  badge.textContent = n ? some.replace("{n}", n) : none;
  badge.className = `badge ${n >= least && n ? "ok" : n ? "bad" : ""}`;
}

function count() {
  let total = 0;
  for (const badge of document.querySelectorAll("[data-outline]")) {
    const n = size(form.elements[badge.dataset.outline].value);
    total += n;
    show(badge, n, Number(badge.dataset.min));
  }
  let named = 0;
  for (const row of rows()) {
    for (const field of row.querySelectorAll("textarea, input:not([type=date], [type=hidden])")) total += size(field.value);
    if (row.querySelector("[name$=-problem]").value.trim()) named += 1;
  }
  const badge = document.querySelector("[data-outline-problems]");
  show(badge, named, Number(badge.dataset.min));
  const place = document.querySelector("[data-total]");
  place.textContent = place.dataset.say.replace("{n}", total);
}

// What was found is true of the text as saved; until that is saved anew, nothing counts as not found.
function doubt() {
  const check = document.getElementById("report-check");
  check.querySelector(".count").textContent = check.dataset.stale;
  for (const badge of check.querySelectorAll(".grounds .badge.ok")) {
    badge.className = "badge";
    badge.textContent = check.dataset.unsure;
  }
}

// --- save ---

function plan(wait) {
  if (timer || halted) return;
  timer = setTimeout(() => {
    timer = 0;
    save();
  }, wait);
}

async function save() {
  if (sending) await sending;
  if (!dirty || halted || sending) return;
  clearTimeout(timer);
  timer = 0;
  dirty = false;
  say("saving");
  sending = send();
  await sending;
  sending = null;
  if (dirty) plan(EVERY);
}

async function send() {
  const sent = values();
  let answer;
  try {
    answer = await fetch(form.dataset.saveUrl, { method: "POST", body: new FormData(form), redirect: "manual" });
  } catch {
    fail();
    complain(state.dataset.titleOffline, state.dataset.textOffline);
    plan(AGAIN);
    return;
  }
  if (answer.ok) {
    saved = sent;
    accept(await answer.text());
  } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    // Sent to the login page, or signed in anew elsewhere, so that this page's token is no longer good.
    fail();
    halted = true;
    complain(state.dataset.titleExpired, state.dataset.textExpired, "expired");
  } else if (answer.status === 409 || answer.status === 422) {
    fail();
    halted = answer.status === 409;
    complain(state.dataset.titleRefused, await answer.text(), halted ? "stale" : "");
  } else {
    fail();
    complain(state.dataset.titleOffline, state.dataset.textOffline);
    plan(AGAIN);
  }
}

function fail() {
  dirty = true;
  keep();
  say("failed");
}

function accept(html) {
  const check = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  form.elements.base.value = check.dataset.base;
  document.getElementById("report-check").replaceWith(check);
  trouble.hidden = true;
  if (dirty) {
    say("unsaved");
    doubt();
  } else {
    forget();
    say("saved");
  }
}

// --- what this browser keeps ---

// Only what differs from what the server has: to bring it back must not undo what somebody else wrote meanwhile.
function keep() {
  const changed = Object.entries(values()).filter(([name, value]) => value !== (saved[name] ?? ""));
  isKept = put({ at: Date.now(), values: { ...pending?.values, ...Object.fromEntries(changed) } });
}

// A browser may forbid this (private windows, no space left): then leaving the page asks first.
function put(kept) {
  try {
    localStorage.setItem(form.dataset.key, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function forget() {
  if (pending) put(pending);
  else localStorage.removeItem(form.dataset.key);
  isKept = false;
}

function offer() {
  const kept = JSON.parse(localStorage.getItem(form.dataset.key) ?? "null");
  if (!kept) return;
  const differing = Object.entries(kept.values).filter(([name, value]) => !name.endsWith("-TOTAL_FORMS") && value !== (saved[name] ?? ""));
  if (!differing.length) {
    forget();
    return;
  }
  pending = kept;
  const places = differing.map(([name]) => (name.startsWith("problems-") ? found.dataset.problems : name));
  found.querySelector("[data-where]").textContent = [...new Set(places)].join("、");
  found.querySelector("[data-when]").textContent = new Date(kept.at).toLocaleString("zh-CN", {
    dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai",
  });
  found.hidden = false;
  found.querySelector("[data-use]").addEventListener("click", () => {
    pending = null;
    found.hidden = true;
    use(kept.values);
  });
  found.querySelector("[data-drop-kept]").addEventListener("click", () => {
    pending = null;
    found.hidden = true;
    forget();
  });
}

function use(kept) {
  const wanted = Number(kept["problems-TOTAL_FORMS"] ?? 0);
  const add = form.querySelector("[data-add]");
  while (rows().length < wanted && !add.hidden) add.click();
  for (const [name, value] of Object.entries(kept)) {
    const field = form.elements[name];
    if (!field || name.endsWith("-TOTAL_FORMS")) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// --- where one is in the outline ---

function follow() {
  const links = new Map([...document.querySelectorAll(".outline a")].map((link) => [link.hash.slice(1), link]));
  form.addEventListener("focusin", (event) => {
    const place = event.target.closest("[id]:not(input, textarea, select, button)");
    for (const [id, link] of links) {
      if (id === place?.id || (id === "problems" && place?.closest("#problems"))) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  });
}

form.addEventListener("input", () => {
  dirty = true;
  count();
  doubt();
  if (halted) {
    keep();
    return;
  }
  isKept = false;
  say("unsaved");
  plan(EVERY);
});
form.addEventListener("focusout", () => save());
form.addEventListener("submit", async (event) => {
  if (halted || !(dirty || sending)) {
    dirty = false; // what could not be saved is kept by now, and the server answers with what was typed
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  await save();
  if (!dirty || halted) form.requestSubmit(button);
});
window.addEventListener("pagehide", () => (dirty || sending) && keep());
window.addEventListener("beforeunload", (event) => dirty && !isKept && event.preventDefault());
// Back from the next page: the browser may show an old copy of this one.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

count();
follow();
offer();
