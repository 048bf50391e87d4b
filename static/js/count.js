// Characters of a long text, as the reader will count them: every sign, no white space. What is pasted too long stays whole: the
// count says it and the form refuses it, where the browser's own limit would cut off the end unseen.
export function watchCounts(root) {
  for (const text of root.querySelectorAll("textarea[maxlength]")) text.removeAttribute("maxlength");
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
  const [enough, tooFew, tooMany] = words.split("|");
  const pattern = n < Number(min ?? 0) ? tooFew : n > Number(max ?? Infinity) ? tooMany : enough;
  return pattern.replace("{n}", n).replace("{min}", min).replace("{max}", max);
}
