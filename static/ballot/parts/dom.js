// Screens and words. All markup and all words stand in the page's own <template>s, so that the server's
// translation is the only one; nothing here builds HTML from text.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** A fresh copy of the first element of `<template id=…>`. */
export const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/** A word or sentence of the page (`<i data-word=…>` in `<template id="words">`), with its {places} filled in. */
export function word(name, values = {}) {
  const found = $(`[data-word="${name}"]`, document.getElementById("words").content);
  return found.textContent.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

/** Whether the page has such a word. */
export const hasWord = (name) => $(`[data-word="${name}"]`, document.getElementById("words").content) !== null;

/** The verifier's reason in the page's language, as far as the page has words for it. */
export function faultWord({ message }) {
  const name = `why-${message.replace(/\W+/g, "-")}`;
  return hasWord(name) ? word(name) : message;
}

/** Puts texts into the elements marked `data-put="name"` below `root`. */
export function put(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const place of $$(`[data-put="${name}"]`, root)) place.textContent = text;
  }
  return root;
}

/** Calls `handlers[name]` when an element marked `data-do="name"` is pressed. */
export function wire(root, handlers) {
  for (const [name, handler] of Object.entries(handlers)) {
    for (const button of $$(`[data-do="${name}"]`, root)) button.addEventListener("click", handler);
  }
  return root;
}

/** Shows one screen in place of the last and puts the focus on its title. */
export function show(screen) {
  $("#screen").replaceChildren(screen);
  window.scrollTo(0, 0);
  const title = $("h1, h2", screen);
  if (title) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  return screen;
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with attributes; strings among the children become text. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
