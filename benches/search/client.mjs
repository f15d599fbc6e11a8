// What the client costs, without a browser: bytes of a first query with nothing kept, and milliseconds of a keystroke
// when its files have to be read first (`first`) and when they are there (`warm`).
//
//   node benches/search/client.mjs SITE [QUERY…]      SITE: a folder that holds `search/`
//
// Bytes are those of the files and ranges that are read, as they lie there. A keystroke is a search of the query's
// beginning, as the box asks for it after each key. Nobody else's time is in it: no network, no page, and as CPU time (of
// all threads) nothing of what else this machine does.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

for (const name of ["search.js", "search-more.js"]) await import(`../../themes/default/static/${name}`);

const [site, ...given] = process.argv.slice(2);
if (!site) throw new Error("client.mjs SITE [QUERY…]");
const queries = given.length ? given : ["error handling", "async await syntax", "deprecate module", "naming convention"];
const SHOWN = 5;
const ROUNDS = 9;

/** The index, and a count of the bytes it has read. */
function open() {
  const read = { bytes: 0, requests: 0 };
  const load = async (path, _, from, length) => {
    const file = readFileSync(join(site, "search", path));
    const bytes = new Uint8Array(length ? file.subarray(from, from + length) : file);
    read.bytes += bytes.length;
    read.requests += 1;
    return { bytes, ranged: Boolean(length) };
  };
  return { index: globalThis.annals.index(new URL("http://site.example/search/"), load), read };
}

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const place = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

console.log(`root: ${kb(statSync(join(site, "search", "root.bin")).size)}`);
for (const query of queries) {
  const { index, read } = open();
  const result = await index.search(query);
  const titles = { ...read };
  await Promise.all(result.results.slice(0, SHOWN).map((hit) => index.excerpt(hit, result)));
  console.log(`cold ${JSON.stringify(query)}: ${kb(titles.bytes)} and ${titles.requests} files to the titles of ${result.total}, ${kb(read.bytes)} and ${read.requests} with ${SHOWN} passages`);
}
const { index } = open();
const keystrokes = [...new Set(queries.flatMap((query) => Array.from(query, (_, at) => query.slice(0, at + 1))))];
const times = keystrokes.map(() => []);
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [at, query] of keystrokes.entries()) {
    const start = process.cpuUsage();
    await index.search(query);
    const { user, system } = process.cpuUsage(start);
    times[at].push((user + system) / 1000);
  }
}
const report = (name, list) => console.log(`${name} keystroke: median ${place(list, 0.5).toFixed(1)} ms, 95 of 100 within ${place(list, 0.95).toFixed(1)} ms, all within ${Math.max(...list).toFixed(1)} ms of CPU`);
report("first", times.map(([first]) => first));
report("warm", times.map(([, ...later]) => place(later, 0.5)));
console.log(`(${keystrokes.length} keystrokes, warm: the middle of ${ROUNDS} rounds; ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB of memory)`);
