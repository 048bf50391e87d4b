// Bundles the ballot pages into static/build/ballot/. Run through scripts/build-client.
// The same sources and lock file give the same bytes: the manifest names the hash of booth.js as `client`.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const PAGES = ["booth", "papers", "void", "sealed", "check", "keys", "cards", "opening"];
const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../build/ballot/", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: PAGES.map((page) => `pages/${page}.js`),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

for (const page of PAGES) {
  const bytes = readFileSync(`${out}${page}.js`);
  const hash = createHash("sha256").update(bytes).digest("base64url");
  const [plain, packed] = [bytes.length, gzipSync(bytes).length].map((size) => (size / 1024).toFixed(1).padStart(6));
  console.log(`${page.padEnd(8)} ${plain} KB  ${packed} KB packed  ${hash}`);
}
