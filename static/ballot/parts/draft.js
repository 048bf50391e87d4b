// The half-filled ballot, encrypted under a key only the card gives (ballots.md B3).

import { draftKeys } from "../lib/cards.js";
import { fromUtf8, utf8 } from "../lib/encoding.js";
import { lock, unlock } from "../lib/primitives.js";
import { forget, keep, recall } from "./store.js";

/** The draft of one card: {load, save, id}. */
export function draftOf(sid, secret) {
  const { key, id } = draftKeys(sid, secret);
  return {
    id,
    save: (content) => keep("drafts", id, lock(utf8(JSON.stringify(content)), key)),
    async load() {
      const locked = await recall("drafts", id);
      if (!locked) return null;
      try {
        return JSON.parse(fromUtf8(unlock(locked, key)));
      } catch {
        await forget("drafts", id); // changed from outside: of no use to anybody
        return null;
      }
    },
  };
}
