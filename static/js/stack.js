// On a phone a row of a table stands as a card, and each cell repeats the head of its column (narrow.css).
// A head that only those who listen hear is not repeated, and a cell without anything is not shown.
export function watchTables(root) {
  for (const table of root.querySelectorAll(".table-scroll > .table:not([data-ready])")) {
    table.dataset.ready = "";
    const heads = [...table.querySelectorAll("thead th")].map((head) => (head.querySelector(".sr") ? "" : words(head)));
    table.querySelectorAll("td").forEach(trim);
    for (const row of table.querySelectorAll("tbody tr")) {
      if (row.cells.length === heads.length) [...row.cells].forEach((cell, at) => label(cell, heads[at]));
    }
  }
}

function words(head) {
  return [...head.childNodes].map((part) => part.textContent.trim()).filter(Boolean).join("　");
}

/** The line break a cell begins with would stand between the head and the words, and in a cell without any. */
function trim({ firstChild: first }) {
  if (first instanceof Text) first.data = first.data.replace(/^[ \n]+/, "");
}

function label(cell, head) {
  if (head && (cell.textContent.trim() || cell.children.length)) cell.dataset.label = head;
}
