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
  const { error } = told(text);
  if (status === 403 || status === 404) return { outcome: "turned-away" };
  return error ? { outcome: "refused", error } : { outcome: "not-sent" };
}

async function attempt(address, text, token) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  try {
    const options = { method: "POST", headers, body: text, credentials: "same-origin", redirect: "manual" };
    const response = await fetch(address, options);
    if (response.type === "opaqueredirect") return { outcome: "signed-out" };
    return { status: response.status, text: await response.text() };
  } catch {
    return { outcome: "not-sent" };
  }
}

/** The answer {status, text}, or the `outcome` without one. Who signed in anew in another window has a new token: it is brought along. */
async function answer(address, text, token) {
  const first = await attempt(address, text, token);
  const fresh = first.status === 403 && told(first.text).token;
  return fresh ? attempt(address, text, fresh) : first;
}

/**
 * Posts a JSON text. Gives {outcome, error}: "taken", or "signed-out", "turned-away" (not this person's, or the round is void),
 * "refused" with the server's own words, "not-sent".
 */
export async function post(address, text, token) {
  const { outcome, status, text: said } = await answer(address, text, token);
  return outcome ? { outcome } : read(status, said);
}

/** Takes out what only a press of a button may: {text}, else {outcome, error} like `post`. */
export async function take(address, token) {
  const { outcome, status, text } = await answer(address, "{}", token);
  if (outcome) return { outcome };
  return status === 200 ? { text } : read(status, text);
}
