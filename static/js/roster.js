// The roster at the door: a tick that was not saved is taken back, and ticks made at another door appear here.
const EVERY = 4000;
const page = document.querySelector("[data-roster]");
let acts = 0; // ticks sent or answered; what was asked before one of them is out of date

const boxIn = (form) => form.querySelector?.("[name=present]");

document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  if (boxIn(elt)) acts += 1;
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, requestConfig } }) => {
  const box = boxIn(elt);
  if (!box) return;
  acts += 1;
  if (successful) box.defaultChecked = Boolean(requestConfig.parameters.present);
  else box.checked = box.defaultChecked;
});

async function look() {
  const before = acts;
  const answer = await fetch(page.dataset.roster, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
  if (answer.status !== 200 || answer.redirected) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("roster-here");
  if (acts !== before) return;
  const here = new Set(found.dataset.here.split(" "));
  for (const box of document.querySelectorAll("[name=present][type=checkbox]")) {
    box.checked = box.defaultChecked = here.has(box.form.elements.person.value);
  }
  for (const part of [...found.children]) {
    const old = document.getElementById(part.id);
    if (old && old.textContent !== part.textContent) old.replaceWith(part);
  }
}

async function keepLooking() {
  try {
    await look();
  } catch {
    // The line is down: the next round tries again.
  }
  setTimeout(keepLooking, EVERY);
}

setTimeout(keepLooking, EVERY);
