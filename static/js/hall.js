// The hall's clocks, and the two screens that follow the meeting: the projector fetches the new picture, the console looks again
// when somebody else moved the meeting on. While the line is down both keep what they show and try again; the console says so.
const EVERY = 2000;
const PATIENCE = 6000; // an answer that takes longer is not waited for: the line may have gone without a word
const SOON = 60;
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
    const phase = left < 0 ? "over" : left <= SOON ? "soon" : "ahead";
    clock.textContent = written(left);
    clock.parentElement.classList.toggle("over", phase === "over");
    const label = clock.closest(".timers, aside").querySelector("[data-phase]");
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
  });
  document.addEventListener("submit", saveFirst, true);
}

/** Words still waiting for their turn to be saved are saved before a form, theirs or another, takes the page away. */
async function saveFirst(event) {
  const form = event.target;
  if (isCut()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const waiting = [...writing].filter((other) => other.matches("[data-saves]"));
  if (!waiting.length || form.dataset.after) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(waiting.map(save));
  if (waiting.some((other) => versions.get(other).cut)) return; // the page that would come is not there; this one has the words
  form.dataset.after = "saving"; // what was refused is asked about by the browser
  form.requestSubmit(event.submitter);
  delete form.dataset.after;
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

function isWriting() {
  const field = document.activeElement;
  return writing.size > 0 || Boolean(field?.matches("textarea, input[type=text], input[type=date]") && field.value);
}

// --- the two screens ------------------------------------------------------------------------------------------

async function follow(page) {
  const answer = await fetch(page.dataset.follow, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  document.getElementById("signed-out").hidden = answer.status !== 401;
  if (!answer.ok || answer.redirected) return;
  const { mark } = await answer.json();
  for (const form of writing) {
    if (versions.get(form).cut) window.htmx.trigger(form, "save"); // the line is back
  }
  if (mark === page.dataset.mark) return;
  if (isWriting()) page.querySelector("[data-moved]").hidden = false;
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

/** The console tells that the line is down; until it is back no button takes the page away. The projector has no such place. */
function tellCut(cut) {
  const banner = document.querySelector("[data-cut]");
  if (banner && banner.hidden === cut) banner.hidden = !cut;
}

const isCut = () => document.querySelector("[data-cut]")?.hidden === false;

async function keepOn(step, screen) {
  try {
    await step(screen);
    tellCut(false);
  } catch {
    tellCut(true); // what is shown stays, the next round tries again
  }
  setTimeout(keepOn, EVERY + Math.random() * 500, step, screen);
}

/** Long columns begin at what is on; where the columns stand below each other, the page begins at its top. */
function showCurrent(page) {
  for (const line of page.querySelectorAll(":is(.runsheet, .stops) > [aria-current]")) {
    const column = line.closest(".console > *");
    if (column.scrollHeight > column.clientHeight) line.scrollIntoView({ block: "nearest" });
  }
}

/** Keys for the neutral slide, the clock and the next item, wherever nothing is being typed; the space bar presses what has the focus. */
function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

for (const picture of document.querySelectorAll("[data-picture]")) keepOn(draw, picture);
for (const page of document.querySelectorAll("[data-follow]")) {
  showCurrent(page);
  keepOn(follow, page);
}
watchWriting();
watchKeys();
tick();
setInterval(tick, 250);
