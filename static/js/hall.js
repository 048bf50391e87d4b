// The hall's clocks, and the two screens that follow the meeting: the projector fetches the new picture, the console looks again
// when somebody else moved the meeting on. While the line is down both keep what they show and try again; the console says so.
const EVERY = 2000;
const PATIENCE = 6000; // an answer that takes longer is not waited for: the line may have gone without a word
const TURN = 12000; // how long a page of a list on the wall stands

// --- clocks ---------------------------------------------------------------------------------------------------

function written(seconds) {
  const [minutes, rest] = [Math.floor(Math.abs(seconds) / 60), Math.abs(seconds) % 60];
  return `${seconds < 0 ? "-" : ""}${String(minutes).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** Now by the server's clock: what this machine's differs by was measured when the element came. */
function now(element) {
  element.dataset.ahead_by ??= Number(element.dataset.now) - Date.now();
  return Date.now() + Number(element.dataset.ahead_by);
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]:not([data-ends=''])")) {
    const left = Math.round((Number(clock.dataset.ends) - now(clock)) / 1000);
    const phase = left < 0 ? "over" : left <= Number(clock.dataset.amber ?? -1) ? "soon" : "ahead";
    clock.textContent = written("stops" in clock.dataset ? Math.max(left, 0) : left);
    const label = clock.closest("[data-timed]").querySelector("[data-phase]");
    label.dataset.phase = phase;
    if (label.textContent !== clock.dataset[phase]) label.textContent = clock.dataset[phase];
  }
  const pages = [...document.querySelectorAll("[data-turns]")];
  const open = Math.floor(Date.now() / TURN) % pages.length;
  pages.forEach((page, n) => { page.hidden = n !== open; });
  for (const hour of document.querySelectorAll("[data-hour]")) {
    hour.textContent = new Date(now(hour)).toLocaleTimeString("zh-CN", {
      hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
    });
  }
}

// --- what is being written ------------------------------------------------------------------------------------

const versions = new WeakMap(); // form: { typed, sent, cut }: how often typed in, what of it was sent last, whether the line was down
const writing = new Set();

function watchWriting() {
  document.addEventListener("input", ({ target: { form } }) => {
    if (!form?.matches("[data-unsaved]")) return;
    const version = versions.get(form) ?? { typed: 0, sent: 0, cut: false };
    version.typed += 1;
    versions.set(form, version);
    writing.add(form);
  });
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    const version = versions.get(elt);
    if (version) version.sent = version.typed;
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
    const version = versions.get(elt);
    if (!version) return;
    version.cut = xhr.status === 0;
    if (!successful) return;
    if (version.sent === version.typed) writing.delete(elt);
    for (const told of document.querySelectorAll(".stage > .banner[role=alert]:not([id], [data-cut], [data-refused])")) told.remove();
  });
  document.addEventListener("submit", saveFirst, true);
}

/**
 * Words still waiting for their turn to be saved are saved before a form, theirs or another, takes the page away; where they are refused,
 * the page stays. So it does for a line not noted yet, and for what the browser would not send, as half a date: it may have told nobody
 * of typing that.
 */
async function saveFirst(event) {
  const form = event.target;
  if (form.matches("[data-aside]") && !isCut() && isAnyUnsent()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    pressAside(form).catch(() => tellCut(true)); // the next look takes it back, or says it again
    return;
  }
  const unfit = [...document.querySelectorAll("form[data-saves]")].find((other) => !other.checkValidity());
  const line = [...document.querySelectorAll("form[data-unsent]")].find((other) => other !== form && isUnsent(other));
  if (isCut() || unfit || line) {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("dialog[open]")?.close(); // what holds it back stands under the question
    unfit?.reportValidity();
    if (line && !unfit) remind(line);
    return;
  }
  const waiting = [...writing].filter((other) => other.matches("[data-saves]"));
  if (!waiting.length || form.dataset.after) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(waiting.map(save));
  const stuck = waiting.find((other) => versions.get(other).cut || (other !== form && writing.has(other)));
  if (stuck) {
    stuck.querySelector("textarea").focus(); // this page has the words, and says beside them why they were not taken
    return;
  }
  form.dataset.after = "saving"; // what was refused is asked about by the browser
  form.requestSubmit(event.submitter);
  delete form.dataset.after;
}

function isAnyUnsent() {
  const forms = [...document.querySelectorAll("form[data-saves]")];
  return writing.size > 0 || forms.some((form) => !form.checkValidity()) || [...document.querySelectorAll("form[data-unsent]")].some(isUnsent);
}

/** The neutral slide and the clock wait for no words: the press is sent beside them, and only what it changes is drawn anew. */
async function pressAside(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: AbortSignal.timeout(PATIENCE) });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [page, next] = [document, fresh].map((one) => one.querySelector("[data-follow]"));
  if (!next || next.dataset.stands !== page.dataset.stands) return; // the next look tells that the meeting has moved on
  for (const part of [":scope > header", ".timers", ":scope > .runs", ":scope > .hall"]) {
    const [old, drawn] = [page, next].map((one) => one.querySelector(part));
    if (old && drawn) old.replaceWith(drawn);
  }
  for (const field of page.querySelectorAll("[name=version]")) field.value = next.dataset.version;
  page.dataset.mark = next.dataset.mark;
  tick();
}

const lineOf = (form) => form.querySelector("input[type=text]");

/** Typed since the page came, or refused before it came. */
function isUnsent(form) {
  const { value, defaultValue } = lineOf(form);
  return value !== "" && (value !== defaultValue || form.querySelector(".banner, .has-error") !== null);
}

/** The browser's own bubble at the line, until somebody does something about it. */
function remind(form) {
  const field = lineOf(form);
  const forget = () => field.setCustomValidity("");
  field.setCustomValidity(form.dataset.unsent);
  field.reportValidity();
  for (const done of ["input", "click", "keydown"]) document.addEventListener(done, forget, { capture: true, once: true });
}

function save(form) {
  return new Promise((done) => {
    form.addEventListener("htmx:afterRequest", function look({ detail }) {
      if (detail.successful && writing.has(form)) return;
      form.removeEventListener("htmx:afterRequest", look);
      done();
    });
    window.htmx.trigger(form, "save");
  });
}

/** Or being asked: with the page would go the question. */
function isWriting() {
  const field = document.activeElement;
  return writing.size > 0 || document.querySelector("dialog[open]") !== null || Boolean(field?.matches("textarea, input[type=text], input[type=date]") && field.value);
}

// --- the two screens ------------------------------------------------------------------------------------------

async function follow(page) {
  const answer = await fetch(page.dataset.follow, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  document.getElementById("signed-out").hidden = answer.status !== 401;
  if (!answer.ok || answer.redirected) return;
  const { mark, who } = await answer.json();
  for (const form of writing) {
    if (versions.get(form).cut) window.htmx.trigger(form, "save"); // the line is back
  }
  if (mark === page.dataset.mark) return;
  const moved = page.querySelector("[data-moved]");
  moved.querySelector("[data-who]").textContent = who && `（${who}）`;
  if (isWriting()) moved.hidden = false;
  else location.reload();
}

async function draw(picture) {
  const headers = { "If-None-Match": `"${picture.dataset.mark}"` };
  const answer = await fetch(picture.dataset.picture, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status !== 200 || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  picture.replaceChildren(...page.body.childNodes);
  picture.dataset.mark = answer.headers.get("ETag").replaceAll('"', "");
  tick();
}

/** The console tells that the line is down; until it is back no button and no link takes the page away. The projector has no such place. */
function tellCut(cut) {
  const banner = document.querySelector("[data-cut]");
  if (banner && banner.hidden === cut) banner.hidden = !cut;
}

const isCut = () => document.querySelector("[data-cut]")?.hidden === false;

/** A link asks for a page that would not come while the line is down. The wall's window is opened once: the picture in it goes on by itself. */
function watchLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    if (isCut()) event.preventDefault();
    if (isCut() || link.target !== "projector") return;
    const wall = window.open("", "projector");
    if (!wall) return;
    event.preventDefault();
    if (shownIn(wall) !== link.href) wall.location = link.href;
    wall.focus();
  });
}

function shownIn(wall) {
  try {
    return wall.location.href;
  } catch {
    return ""; // a page of the browser's own, or of another site
  }
}

async function keepOn(step, screen) {
  try {
    await step(screen);
    tellCut(false);
  } catch {
    tellCut(true); // what is shown stays, the next round tries again
  }
  setTimeout(keepOn, EVERY + Math.random() * 500, step, screen);
}

/** What was refused is where the next word belongs. */
function showRefused() {
  const refused = document.querySelector("[data-refused]");
  if (refused) (document.querySelector(".console [aria-invalid=true]") ?? refused).focus();
}

/** Long columns begin at what is on; where the columns stand below each other, the page begins at its top. */
function showCurrent(page) {
  for (const line of page.querySelectorAll(":is(.runsheet, .stops) > [aria-current]")) {
    const column = line.closest(".console > *");
    if (column.scrollHeight > column.clientHeight) line.scrollIntoView({ block: "nearest" });
  }
}

/**
 * Keys for the neutral slide, the clock, the next item and the fields, wherever nothing is being typed; Escape leaves a field, so that
 * they work again. The space bar presses what has the focus.
 */
function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("dialog")) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea")) target.focus();
    else target.click();
  });
}

for (const picture of document.querySelectorAll("[data-picture]")) keepOn(draw, picture);
for (const page of document.querySelectorAll("[data-follow]")) {
  showCurrent(page);
  keepOn(follow, page);
}
showRefused();
watchWriting();
watchKeys();
watchLinks();
tick();
setInterval(tick, 250);
