// <form data-unsaved> asks before its words are lost; [data-saved] inside it says how things stand.
// A form that htmx saves by itself tells the same place about it; several may tell one place: data-tells names it.
export function watchSaves() {
  const dirty = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-unsaved]")) return;
    dirty.add(form);
    say(form, "unsaved");
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));
  document.addEventListener("kept", () => dirty.clear()); // the server has the words; the page may be left
  document.addEventListener("htmx:beforeRequest", (event) => say(formOf(event), "saving"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event);
    if (event.detail.successful) dirty.delete(form);
    if (event.detail.successful) remember(form, event.detail.requestConfig.parameters);
    const { successful, xhr } = event.detail;
    say(form, successful ? "saved" : xhr.status === 422 ? "refused" : "failed", xhr.status === 422 ? xhr.responseText : "");
  });
  document.addEventListener("htmx:validation:halted", ({ target }) => say(target.closest("form[data-unsaved]"), "refused"));
  window.addEventListener("beforeunload", (event) => {
    if (![...dirty].some((form) => form.isConnected)) return;
    event.preventDefault();
  });
}

/** What the server holds now is what this page knew when the next words are sent. */
function remember(form, sent) {
  for (const before of form?.querySelectorAll("[data-before]") ?? []) before.value = sent[before.dataset.before] ?? ""; // a box not ticked is not sent
}

function formOf(event) {
  const form = event.detail.elt.closest("form") ?? event.detail.elt.form;
  return form?.matches("[data-unsaved]") ? form : null;
}

const SHAPES = { unsaved: "", saving: "doing", saved: "ok", failed: "bad", refused: "bad" };

// The words stand in the page, in the language of the page: data-saving="正在保存" and so on; why something was refused the server says.
function say(form, state, reason = "") {
  const place = form && (form.querySelector("[data-saved]") ?? document.querySelector(`[data-saved="${form.dataset.tells ?? form.id}"]`));
  if (!place) return;
  const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  place.className = `badge ${SHAPES[state]}`;
  place.textContent = reason || place.dataset[`say${state[0].toUpperCase()}${state.slice(1)}`].replace("{time}", time);
}
