// Bytes as text: UTF-8, base64url, Crockford's base32 and the codes people compare (ballots.md §3).

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. */
export const utf8 = (text) => encoder.encode(text);

/** Text of UTF-8 bytes; throws when they are not well formed. */
export const fromUtf8 = (bytes) => decoder.decode(bytes);

/** All parts, one after the other. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two byte strings are the same. For public values only: the time it takes depends on them. */
export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
export const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Cuts bytes into groups of `width` bits, zero bits at the end, and spells each with one letter. */
function spell(bytes, alphabet, width) {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= width) {
      bits -= width;
      text += alphabet[(buffer >> bits) & ((1 << width) - 1)];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits ? text + alphabet[(buffer << (width - bits)) & ((1 << width) - 1)] : text;
}

/** The inverse of `spell`, or null for a letter outside the alphabet. Left-over bits are dropped. */
function read(text, alphabet, width) {
  const bytes = new Uint8Array(Math.floor((text.length * width) / 8));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return null;
    buffer = (buffer << width) | value;
    bits += width;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = buffer >> bits;
      buffer &= (1 << bits) - 1;
    }
  }
  return bytes;
}

/** base64url without padding: `b64` of the specification. */
export const b64 = (bytes) => spell(bytes, BASE64, 6);

/**
 * Bytes of a `b64` text of exactly `length` bytes (any length when it is left out).
 * Only the one spelling `b64` gives is accepted; every other text throws.
 */
export function fromB64(text, length) {
  const bytes = typeof text === "string" ? read(text, BASE64, 6) : null;
  if (!bytes || (length !== undefined && bytes.length !== length) || b64(bytes) !== text) {
    throw new Error("base64 not canonical");
  }
  return bytes;
}

/** Crockford's base32, zero bits at the end. */
export const base32 = (bytes) => spell(bytes, BASE32, 5);

/** What a person typed, in the letters of the alphabet: lower case, hyphens, O, I and L are understood. */
export const tidyBase32 = (text) => text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");

/** Bytes of a typed or scanned base32 text of exactly `length` bytes; throws otherwise. */
export function fromBase32(text, length) {
  const letters = tidyBase32(text);
  const bytes = read(letters, BASE32, 5);
  if (!bytes || bytes.length !== length || base32(bytes) !== letters) throw new Error("base32 not readable");
  return bytes;
}

/** Letters in groups of four with hyphens, as people read them aloud. */
export const grouped = (letters) => letters.match(/.{1,4}/g).join("-");

/** Which groups of four of a typed code are not those of `code`, counted from 1. */
export function differing(typed, code) {
  const [ours, theirs] = [typed, code].map((text) => tidyBase32(text).match(/.{1,4}/g) ?? []);
  const longer = ours.length > theirs.length ? ours : theirs;
  return longer.flatMap((_, i) => (ours[i] === theirs[i] ? [] : [i + 1]));
}

/** Human code of an envelope hash: its first 40 bits, `BZZH-22JD` (ballots.md §3). */
export const shortCode = (bytes) => grouped(base32(bytes.subarray(0, 5)));

/** Human code of `mh`, a root or `urn_pub`: the first 80 bits, 16 characters (ballots.md §3). */
export const longCode = (bytes) => grouped(base32(bytes.subarray(0, 10)));
