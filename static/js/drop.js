// Files may be dropped on the field; their names and sizes are shown before anything is sent. The field's own button speaks the
// language of the browser, not of the page: ours stands in its place.
export function watchDrops(root) {
  for (const drop of root.querySelectorAll("[data-drop]:not([data-ready])")) {
    drop.dataset.ready = "";
    prepare(drop, drop.querySelector("input[type=file]"));
  }
}

function prepare(drop, input) {
  const list = document.createElement("ul");
  list.className = "files";
  list.setAttribute("aria-live", "polite");
  input.classList.add("sr");
  drop.append(list);
  input.addEventListener("change", () => {
    list.replaceChildren(...[...input.files].map(row));
    refuseTooMuch(input);
  });

  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const taken = new DataTransfer();
    const files = [...event.dataTransfer.files];
    for (const file of input.multiple ? files : files.slice(0, 1)) taken.items.add(file);
    input.files = taken.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// More than one request takes is refused before it is sent: afterwards the words of the form would be gone.
function refuseTooMuch(input) {
  const total = [...input.files].reduce((sum, file) => sum + file.size, 0);
  input.setCustomValidity(total > Number(input.dataset.most ?? Infinity) ? input.dataset.tooMuch : "");
  input.reportValidity();
}

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const size = document.createElement("small");
  name.textContent = file.name;
  size.textContent = file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
  item.append(name, size);
  return item;
}
