// The cryptography of suite ARS1, all of it from audited packages (ballots.md §3 and §4).

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, utf8 } from "./encoding.js";

export { sha256 };

const ZERO = new Uint8Array(1);
const SIGMA = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]); // "expand 32-byte k"

/** Random bytes of the browser. Works on plain http too, where WebCrypto is missing. */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** A number below `limit`, each as likely as the other. */
export function randomBelow(limit) {
  const ceiling = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [number] = crypto.getRandomValues(new Uint32Array(1));
    if (number < ceiling) return number % limit;
  }
}

/** `tag || 0 || part (|| 0 || part …)`; texts count as UTF-8. */
export function tagged(tag, ...parts) {
  const bytes = parts.flatMap((part) => [ZERO, typeof part === "string" ? utf8(part) : part]);
  return concat(utf8(tag), ...bytes);
}

/** `K(secret, info, n)` of ballots.md §3. */
export const derive = (sid, secret, info, length = 32) => hkdf(sha256, secret, utf8(`ars/v1|${sid}`), utf8(info), length);

export const publicKey = (seed) => ed25519.getPublicKey(seed);

export const sign = (seed, message) => ed25519.sign(message, seed);

/** The one check of a signature: it accepts only what libsodium accepts (ballots.md §3). */
export function verify(signature, message, key) {
  try {
    return (
      ed25519.verify(signature, message, key, { zip215: false }) &&
      ed25519.Point.fromBytes(signature.subarray(0, 32)).isTorsionFree()
    );
  } catch {
    return false;
  }
}

/** Whether a listed key is a point of the prime-order group, not the neutral one (ballots.md §3). */
export function isGoodKey(key) {
  try {
    const point = ed25519.Point.fromBytes(key);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}

export const boxPublicKey = (secret) => x25519.getPublicKey(secret);

const words = (bytes) => new Uint32Array(bytes.slice().buffer);

/** Cipher of a sealed box: both sides meet at the same shared secret (libsodium `crypto_box_seal`). */
function boxCipher(secret, theirs, ephemeral, receiver) {
  const key = new Uint32Array(8);
  hsalsa(SIGMA, words(x25519.getSharedSecret(secret, theirs)), new Uint32Array(4), key);
  const nonce = blake2b(concat(ephemeral, receiver), { dkLen: 24 });
  return xsalsa20poly1305(new Uint8Array(key.buffer), nonce);
}

/** libsodium `crypto_box_seal`. `ephemeralSecret` is given by the test vectors only. */
export function seal(plaintext, receiver, ephemeralSecret = random(32)) {
  const ephemeral = boxPublicKey(ephemeralSecret);
  return concat(ephemeral, boxCipher(ephemeralSecret, receiver, ephemeral, receiver).encrypt(plaintext));
}

/** libsodium `crypto_box_seal_open`; throws when the box is not for this key or was changed. */
export function unseal(ciphertext, secret) {
  const ephemeral = ciphertext.subarray(0, 32);
  return boxCipher(secret, ephemeral, ephemeral, boxPublicKey(secret)).decrypt(ciphertext.subarray(32));
}

/** nonce24 || secretbox under a fresh nonce: the form of a draft (ballots.md B3). */
export function lock(plaintext, key) {
  const nonce = random(24);
  return concat(nonce, xsalsa20poly1305(key, nonce).encrypt(plaintext));
}

/** The inverse of `lock`; throws when the key is another. */
export const unlock = (locked, key) => xsalsa20poly1305(key, locked.slice(0, 24)).decrypt(locked.slice(24));
