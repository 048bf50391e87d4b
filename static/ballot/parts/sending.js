// What a page of the main site sends, and what became of it. Only the server's own `{}` is success: a redirect leads to the
// sign-in page, and a box in between may answer 200 with a page of its own.

function told(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function read(status, text) {
  if (status === 200 && text === "{}") return { outcome: "taken" };
  const { error, token } = told(text);
  if (status === 403 || status === 404) return { outcome: "turned-away", token };
  return error ? { outcome: "refused", error } : { outcome: "not-sent" };
}

async function attempt(address, text, token) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const options = { method: "POST", headers, body: text, credentials: "same-origin", redirect: "manual" };
    const response = await fetch(address, options);
    return response.type === "opaqueredirect" ? { outcome: "signed-out" } : read(response.status, await response.text());
  } catch {
    return { outcome: "not-sent" };
  }
}

/**
 * Posts a JSON text. Gives {outcome, error}: "taken", or "signed-out", "turned-away" (not this person's, or the round is void),
 * "refused" with the server's own words, "not-sent". Who signed in anew in another window has a new token: the answer brings it.
 */
export async function post(address, text, token) {
  const first = await attempt(address, text, token);
  return first.token ? attempt(address, text, first.token) : first;
}
