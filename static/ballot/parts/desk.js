// What the three pages of the main site share: the setup the server wrote, posting with the page's token.

import { $ } from "./dom.js";

/** The JSON the template wrote with `json_script:"setup"`. */
export const setup = () => JSON.parse(document.getElementById("setup").textContent);

/** The element that carries the page's addresses: data-post, data-next, data-urn, data-booth. */
export const page = () => $("#ballot-page").dataset;

/** The server's own words when it refuses: `{"error": "…"}`, else nothing. */
function errorIn(text) {
  try {
    return JSON.parse(text).error ?? "";
  } catch {
    return "";
  }
}

/** Posts a JSON text to the page's address. Gives {ok, status, error}; status 0 when no answer came. */
export async function send(text) {
  const token = $('input[name="csrfmiddlewaretoken"]').value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const response = await fetch(page().post, { method: "POST", headers, body: text, credentials: "same-origin" });
    return { ok: response.ok, status: response.status, error: errorIn(await response.text()) };
  } catch {
    return { ok: false, status: 0, error: "" };
  }
}

let armed = false;

/** While set, the browser asks before the page is left: what it holds exists nowhere else. */
export function guard(on) {
  armed = on;
}

addEventListener("beforeunload", (event) => armed && event.preventDefault());
addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
