// Bundles the page: node build.mjs OUT. Writes OUT/page.js, OUT/page.css, OUT/countries-10m.json, OUT/THIRD_PARTY.txt.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "built"));

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.js" },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "eof",
  loader: { ".png": "dataurl" },
  outdir: out,
  logLevel: "warning",
});

const atlas = path.join(here, "node_modules", "world-atlas");
await copyFile(path.join(atlas, "countries-10m.json"), path.join(out, "countries-10m.json"));

const notices = [];
for (const name of ["leaflet", "world-atlas"]) {
  const folder = path.join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const text = await readFile(path.join(folder, "LICENSE"), "utf8");
  notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
notices.push("Country outlines of world-atlas: made from Natural Earth, public domain.\n");
await writeFile(path.join(out, "THIRD_PARTY.txt"), notices.join("\n----\n\n"));
