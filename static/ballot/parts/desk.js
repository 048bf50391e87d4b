// What the three pages of the main site share: the setup the server wrote, posting and what becomes of it.

import { $, put, word } from "./dom.js";
import { post, take } from "./sending.js";

/** The JSON the template wrote with `json_script:"setup"`. */
export const setup = () => JSON.parse(document.getElementById("setup").textContent);

/** The element that carries the page's addresses: data-post, data-next, data-urn, data-booth. */
export const page = () => $("#ballot-page").dataset;

const token = () => $('input[name="csrfmiddlewaretoken"]').value;

/** Posts a JSON text to the page's address; what became of it, as `post` of `sending.js` tells it. */
export const send = (text) => post(page().post, text, token());

/** The sealed ballots from the server, as `take` of `sending.js` gives them: from then on they count as read. */
export const fetched = () => take(page().urn, token());

/** Says on a screen with `_not_sent.html` why something was not taken or not had; who is signed out gets the way in beside it. */
export function complain(screen, { outcome, error }) {
  put(screen, { problem: error || word(outcome) });
  $("[data-sign-in]", screen).hidden = outcome !== "signed-out";
}

let armed = false;

/** While set, the browser asks before the page is left: what it holds exists nowhere else. */
export function guard(on) {
  armed = on;
}

addEventListener("beforeunload", (event) => armed && event.preventDefault());
addEventListener("pagehide", () => $("#screen").replaceChildren());
addEventListener("pageshow", (event) => event.persisted && location.reload());
