// Taking in a code: a hand scanner or a person types into a field; a camera helps where the browser can read QR codes.

import { $ } from "./dom.js";

const canSee = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

async function look(video, found, isOpen) {
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  while (isOpen()) {
    const [code] = video.readyState >= 2 ? await detector.detect(video).catch(() => []) : [];
    if (code) found(code.rawValue);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/**
 * Wires a form marked up as in `_code_entry.html`: `taken(text)` is called with every code, typed or seen.
 * The camera is offered only where it works; it is switched off after each code, unless `series` are to be read.
 */
export function codeEntry(form, taken, { series = false } = {}) {
  const field = $("input", form);
  const button = $("[data-camera]", form);
  const video = $("video", form);
  let stream = null;

  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    video.hidden = true;
  };
  const take = (text) => {
    if (!series) close();
    field.value = "";
    taken(text);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) take(field.value);
  });
  button.hidden = !canSee();
  button.addEventListener("click", async () => {
    if (stream) return close();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      await look(video, take, () => stream !== null);
    } catch {
      close();
      button.hidden = true; // refused or absent: the field stays
    }
  });
  return { close, focus: () => field.focus() };
}
