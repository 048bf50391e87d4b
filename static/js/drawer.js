// Menus under a button close when one looks elsewhere or presses Escape.
export function watchDrawers() {
  const open = () => document.querySelectorAll("details[data-drawer][open]");

  document.addEventListener("click", (event) => {
    for (const drawer of open()) if (!drawer.contains(event.target)) drawer.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const drawer of open()) {
      drawer.open = false;
      drawer.querySelector("summary").focus();
    }
  });
}
