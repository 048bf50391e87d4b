// Characters of a long text, as the reader will count them: every sign, no white space.
export function watchCounts(root) {
  for (const place of root.querySelectorAll("[data-count]:not([data-ready])")) {
    place.dataset.ready = "";
    const text = document.getElementById(place.dataset.count);
    if (!text) continue;
    const show = () => {
      const n = [...text.value.replace(/\s/g, "")].length;
      place.textContent = words(place.dataset, n);
      place.classList.toggle("over", n > Number(place.dataset.max ?? Infinity));
    };
    text.addEventListener("input", show);
    show();
  }
}

function words({ words, min, max }, n) {
  const [plain, tooFew, tooMany] = words.split("|");
  const pattern = min && n < Number(min) ? tooFew : max ? tooMany : plain;
  return pattern.replace("{n}", n).replace("{min}", min).replace("{max}", max);
}
