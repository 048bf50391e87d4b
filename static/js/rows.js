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
      const holder = document.createElement("template");
      holder.innerHTML = pattern.innerHTML.replaceAll("__prefix__", total.value);
      const row = holder.content.querySelector("[data-row], tr");
      body.append(holder.content);
      total.value = Number(total.value) + 1;
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      show();
    });
    show();
  }
}
