// Merkle tree of RFC 9162 (ballots.md §3).

import { concat } from "./encoding.js";
import { sha256 } from "./primitives.js";

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** `SHA256(0x00 || x)`. */
export const leafHash = (bytes) => sha256(concat(LEAF, bytes));

/** Root over leaf hashes in the order of the published list. */
export function rootOfLeaves(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(concat(NODE, rootOfLeaves(leaves.slice(0, half)), rootOfLeaves(leaves.slice(half))));
}

/** Root over the byte strings themselves. */
export const merkleRoot = (entries) => rootOfLeaves(entries.map(leafHash));
