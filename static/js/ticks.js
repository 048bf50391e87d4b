const boxesOf = (form) => [...form.elements].filter((field) => field.type === "checkbox"); // also those that stand outside of it

// How many boxes of a form are ticked, beside its button: data-ticks is how many may be, empty where any number may. At that
// number the other boxes rest and the words say why; above it, which the address may bring along, the button rests.
export function watchTicks(root) {
  for (const place of root.querySelectorAll("[data-ticks]:not([data-ready])")) {
    place.dataset.ready = "";
    const { ticks, words, over, full } = place.dataset;
    const form = place.closest("form");
    const show = () => {
      const boxes = boxesOf(form);
      const n = boxes.filter((box) => box.checked).length;
      const isOver = ticks !== "" && n > Number(ticks);
      const isFull = ticks !== "" && n >= Number(ticks);
      place.textContent = (isOver ? over : (isFull && full) || words).replace("{n}", n);
      place.classList.toggle("problem", isOver);
      if (ticks === "") return;
      for (const box of boxes) box.disabled = isFull && !box.checked;
      form.querySelector("button:not([type])").disabled = isOver;
    };
    document.addEventListener("change", ({ target }) => (target === form || target.form === form) && show());
    show();
  }
}

// A button that ticks every box of its form.
export function tickAll(root) {
  for (const button of root.querySelectorAll("[data-tick-all]")) {
    button.hidden = false;
    button.onclick = () => {
      const { form } = button;
      for (const box of boxesOf(form)) box.checked = true;
      form.dispatchEvent(new Event("change", { bubbles: true }));
    };
  }
}

// A search and another page keep what is ticked on this one: the boxes named by data-carries go along in the address.
export function carryTicks(root) {
  for (const section of root.querySelectorAll("[data-carries]:not([data-ready])")) {
    section.dataset.ready = "";
    const name = section.dataset.carries;
    const ticked = () => [...section.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
    section.addEventListener("submit", ({ target }) => {
      if (target.method !== "get") return;
      for (const value of ticked()) {
        const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
        target.append(field);
      }
    });
    section.addEventListener("click", ({ target }) => {
      const link = target.closest("a[href^='?']");
      if (!link) return;
      const query = new URLSearchParams(link.getAttribute("href"));
      query.delete(name);
      for (const value of ticked()) query.append(name, value);
      link.href = `?${query}`;
    });
  }
}
