// What was typed and not taken goes back into its form. Nothing is sent, but by a form that saves by itself anyway.
const CLOSED = ["hidden", "file", "password", "submit", "button"]; // nobody types into these

export function giveBack() {
  const kept = document.querySelector("[data-kept]");
  if (!kept) return;
  const fields = [...kept.querySelectorAll("[data-name]")].map((item) => [item.dataset.name, item.textContent]);
  const form = fitting(kept.dataset.kept, fields);
  if (!form) return;
  for (const name of new Set(fields.map(([name]) => name))) {
    if (fill(form, name, fields.filter((field) => field[0] === name))) kept.hidden = false;
  }
}

// Of several forms that lead to the same address the one with most of these fields.
function fitting(action, fields) {
  const leads = (form) => new URL(form.getAttribute("action") || form.getAttribute("hx-post") || "", location).pathname === action;
  const fits = (form) => fields.filter(([name]) => form.elements.namedItem(name)).length;
  return [...document.forms].filter(leads).sort((a, b) => fits(b) - fits(a))[0];
}

function fill(form, name, fields) {
  const values = fields.map(([, value]) => value);
  const places = [...form.elements].filter((place) => place.name === name && !CLOSED.includes(place.type));
  places.forEach((place, n) => {
    if (place.type === "checkbox" || place.type === "radio") place.checked = values.includes(place.value);
    else if (place.options) for (const option of place.options) option.selected = values.includes(option.value);
    else place.value = values[n] ?? "";
    place.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return places.length > 0;
}

// The page goes on asking; when it is turned away, it says so until it is answered again.
export function watchSignIn() {
  const notice = document.getElementById("signed-out");
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    if (notice && (xhr.status === 401 || notice.hidden === false)) notice.hidden = xhr.status !== 401;
  });
}
