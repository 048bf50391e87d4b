// A page made for paper prints at the press of its button; without this script the button is not there.
export function watchPrint(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
