// A step that cannot be undone: <details data-confirm> becomes a button and a dialog.
// Without this script the question opens in place, under its summary.
export function watchConfirms(root) {
  for (const details of root.querySelectorAll("details[data-confirm]")) prepare(details);
}

// A page that looks again by itself waits while a question is open: with the page went what is typed into it.
export function watchPulse() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-pulse]") && document.querySelector("dialog[open]")) event.preventDefault();
  });
}

function prepare(details) {
  const summary = details.querySelector("summary");
  const panel = details.querySelector(".dialog");
  const button = document.createElement("button");
  const dialog = document.createElement("dialog");
  const title = panel.querySelector("h2");
  button.type = "button";
  button.className = summary.className;
  button.setAttribute("aria-haspopup", "dialog");
  for (const name of ["data-key", "aria-keyshortcuts"]) {
    if (summary.hasAttribute(name)) button.setAttribute(name, summary.getAttribute(name));
  }
  button.append(...summary.childNodes);
  title.id ||= `confirm-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  dialog.className = panel.className;
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(...panel.childNodes);
  details.replaceWith(button, dialog);

  const close = dialog.querySelector("[data-close]");
  const open = () => {
    dialog.showModal();
    (dialog.querySelector("input:not([type=hidden]), textarea, select") ?? close).focus();
  };
  button.addEventListener("click", open);
  close.addEventListener("click", () => dialog.close());
  if (dialog.querySelector(".has-error")) open();
}
