// Rows of a formset: one more from the template row, numbered like the ones before it.
// A row is a <tr> in a <tbody>, or whatever says data-row in what says data-body.
export function watchRows(root) {
  for (const rows of root.querySelectorAll("[data-rows]:not([data-ready])")) {
    rows.dataset.ready = "";
    const add = rows.querySelector("[data-add]");
    const total = rows.querySelector(`[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
    const most = Number(rows.querySelector(`[name="${rows.dataset.rows}-MAX_NUM_FORMS"]`).value);
    const body = rows.querySelector("[data-body], tbody");
    const pattern = rows.querySelector("template");
    const show = () => {
      add.hidden = Number(total.value) >= most;
    };

    add.addEventListener("click", () => {
      const more = pattern.content.cloneNode(true);
      number(more, total.value);
      const row = more.querySelector("[data-row], tr");
      body.append(more);
      total.value = Number(total.value) + 1;
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      show();
    });
    show();
  }
}

/** The names of a new row: whatever names it by __prefix__. */
function number(row, n) {
  for (const element of row.querySelectorAll("*")) {
    for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__prefix__", n);
  }
}
