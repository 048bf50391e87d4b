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

/** Text of a document of the session: manifest, credentials, turnout, received, transcript. */
export async function get(sid, name) {
  const { status, text } = await ask(`/v1/${sid}/${name}`);
  if (status !== 200) throw new Unavailable(status);
  return text;
}

/** Boxes a card may belong to: [{sid, mode, state}]. */
export async function boxes() {
  const { status, text } = await ask("/v1/open");
  if (status !== 200) throw new Unavailable(status);
  return JSON.parse(text).boxes;
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
