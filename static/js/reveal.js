// A row that scrolls sideways begins where one is.
export function reveal(root) {
  for (const here of root.querySelectorAll(".tabs [aria-current], .rail nav [aria-current]")) {
    const row = here.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }
}
