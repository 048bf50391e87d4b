// A short "done" leaves after a while, unless one is reading it; it can be sent away at once.
const STAYS = 10_000;

export function watchToasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]:not([data-ready])")) {
    toast.dataset.ready = "";
    const close = toast.querySelector("[data-close]");
    let timer;
    const leave = () => toast.remove();
    const wait = () => {
      timer = setTimeout(leave, STAYS);
    };
    const stay = () => clearTimeout(timer);
    close.hidden = false;
    close.addEventListener("click", leave);
    toast.addEventListener("mouseenter", stay);
    toast.addEventListener("mouseleave", wait);
    toast.addEventListener("focusin", stay);
    toast.addEventListener("focusout", wait);
    wait();
  }
}
