// How many boxes of a form are ticked, beside its button: data-ticks is how many may be, empty where any number may.
export function watchTicks(root) {
  for (const place of root.querySelectorAll("[data-ticks]:not([data-ready])")) {
    place.dataset.ready = "";
    const { ticks, words } = place.dataset;
    const form = place.closest("form");
    const show = () => {
      const n = form.querySelectorAll("input[type=checkbox]:checked").length;
      place.textContent = words.replace("{n}", n);
      place.classList.toggle("problem", ticks !== "" && n > Number(ticks));
    };
    form.addEventListener("change", show);
    show();
  }
}
