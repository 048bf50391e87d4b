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

/** Only those whose name or initials go with what is typed; a group of none of them steps aside. */
function find(words) {
  const wanted = words.trim().toLowerCase();
  let found = 0;
  for (const group of document.querySelectorAll("section:has([data-person])")) {
    const people = [...group.querySelectorAll("[data-person]")];
    for (const person of people) person.hidden = !person.dataset.person.toLowerCase().includes(wanted);
    group.hidden = people.every((person) => person.hidden);
    found += people.filter((person) => !person.hidden).length;
  }
  document.querySelector("[data-none]").hidden = found > 0;
}

const search = document.querySelector("[data-find]");
if (document.querySelector("[data-person]")) {
  search.hidden = false;
  search.addEventListener("input", ({ target }) => find(target.value));
  search.addEventListener("keydown", (event) => {
    const found = document.querySelectorAll("section:not([hidden]) [data-person]:not([hidden])");
    if (event.key !== "Enter" || event.isComposing || found.length !== 1) return;
    event.preventDefault();
    boxIn(found[0]).click();
    event.target.value = "";
    find("");
  });
}

setTimeout(keepLooking, EVERY);
