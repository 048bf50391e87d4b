// Requests to the booth: no cookie, no referrer, nothing kept (ballots.md B2, B4). None of them names a person.

const QUIET = { credentials: "omit", referrerPolicy: "no-referrer" };

/** Thrown when a document is not to be had; `status` is 0 when no answer came at all. */
export class Unavailable extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

async function ask(address, options) {
  try {
    const response = await fetch(address, { ...QUIET, ...options });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

/** What a 200 says. A gate of the network answers with a page of its own: no JSON, so no answer of the box. */
function said({ status, text }) {
  if (status !== 200) throw new Unavailable(status);
  try {
    return JSON.parse(text);
  } catch {
    throw new Unavailable(0);
  }
}

/** Text of a document of the session: manifest, credentials, turnout, received, transcript. */
export async function get(sid, name) {
  const answer = await ask(`/v1/${sid}/${name}`);
  said(answer);
  return answer.text;
}

/** Boxes a card may belong to: [{sid, mode, state}]. */
export async function boxes() {
  return said(await ask("/v1/open")).boxes;
}

/** State of one box; undefined when it is listed no more: given up, or archived. */
export const stateOf = async (sid) => (await boxes()).find((box) => box.sid === sid)?.state;

const PATIENCE = 20_000; // milliseconds; a connection that went dead would otherwise hold the next attempt up for minutes

/** Posts a sealed message; gives {status, text}, status 0 when no answer came in time. */
export async function post(sid, verb, message) {
  const headers = { "Content-Type": "application/json", "X-ARS": "1" };
  const clock = new AbortController();
  const alarm = setTimeout(() => clock.abort(), PATIENCE);
  const answer = await ask(`/v1/${sid}/${verb}`, { method: "POST", headers, body: message, cache: "no-store", signal: clock.signal });
  clearTimeout(alarm);
  return answer;
}
