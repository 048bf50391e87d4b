// Bundles the ballot pages into static/build/ballot/. Run through scripts/build-client.
// The same sources and lock file give the same bytes: the manifest names the hash of booth.js as `client`. Its first line
// lists the hashes of the other bundles, so every card commits to all of them (`ballots/checks.py` reads the list).
// What has not changed is not written again: pages may be served from here meanwhile.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OTHERS = ["cards", "check", "keys", "opening", "papers", "plain", "sealed", "void"];
const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../build/ballot/", import.meta.url));

async function bundle(pages, banner) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: pages.map((page) => `pages/${page}.js`),
    outdir: out,
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2020"],
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    banner,
  });
  mkdirSync(out, { recursive: true });
  for (const { path, contents } of outputFiles) replace(`${out}${basename(path)}`, contents);
}

function replace(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  writeFileSync(`${path}.new`, contents);
  renameSync(`${path}.new`, path);
}

const bytesOf = (page) => readFileSync(`${out}${page}.js`);
const hashOf = (page) => createHash("sha256").update(bytesOf(page)).digest("base64url");

await bundle(OTHERS);
const list = Object.fromEntries(OTHERS.map((page) => [page, hashOf(page)]));
await bundle(["booth"], { js: `/*${JSON.stringify(list)}*/` });

for (const page of ["booth", ...OTHERS]) {
  const bytes = bytesOf(page);
  const [plain, packed] = [bytes.length, gzipSync(bytes).length].map((size) => (size / 1024).toFixed(1).padStart(6));
  console.log(`${page.padEnd(8)} ${plain} KB  ${packed} KB packed  ${hashOf(page)}`);
}
