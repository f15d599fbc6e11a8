// The search of a site beside Pagefind over the same pages, in one run: what the index costs to make, what lies on the
// disk, what a first, a second and a repeated query cost in bytes, requests and milliseconds, at once and at 150 ms and
// 1.6 Mbps, and what a keystroke costs when everything is there.
//
//   npm ci --prefix benches/search
//   node benches/search/bench.mjs ANNALS ROOT [QUERY…]      ANNALS: a release build of this program
//
// Annals is asked as a reader asks: the box is opened and words are in it; a first query includes its scripts, and ends with
// the titles, then with the passages that are in sight. Pagefind is asked through its API, for titles and passages of five.
// Bytes and requests are exact; milliseconds say something about this machine and this run only.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const [annals, root, ...given] = process.argv.slice(2);
if (!root) throw new Error("bench.mjs ANNALS ROOT [QUERY…]");
const queries = given.length ? given : ["error handling", "async await syntax", "deprecate module", "naming convention"];
const SHOWN = 5;

const folder = mkdtempSync(join(tmpdir(), "annals-search-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const site = join(folder, "site");

/** Runs a program; says how long it took and, where the system tells (Linux), what it used. */
async function measured(what, program, args) {
  const start = performance.now();
  const child = spawn(program, args, { stdio: "ignore" });
  let [cpu, memory] = ["?", "?"];
  const look = () => {
    try {
      const ticks = readFileSync(`/proc/${child.pid}/stat`, "utf8").replace(/.*\) /, "").split(" ").slice(11, 13);
      cpu = ((Number(ticks[0]) + Number(ticks[1])) / 100).toFixed(1);
      memory = (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024).toFixed(0);
    } catch {
      // It has ended, or the system does not tell.
    }
  };
  const looking = setInterval(look, 20);
  const code = await new Promise((ended) => child.on("exit", ended));
  clearInterval(looking);
  // A site with problems in its records is built, and says so with 1.
  if (code > 1) throw new Error(`${what} ended with ${code}`);
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s, ${cpu} s of CPU, ${memory} MB at most`);
}

const top = fileURLToPath(new URL("../..", import.meta.url));
execFileSync("cargo", ["bench", "--quiet", "--bench", "search", "--", "cost", resolve(root)], { cwd: top, stdio: ["ignore", "inherit", "ignore"] });
await measured("annals build, search included", annals, ["build", root, "-o", site]);
// Pagefind sees the record pages alone: it has no notion of lists.
const { records } = JSON.parse(readFileSync(join(site, "records.json"), "utf8"));
const pages = join(folder, "pages");
for (const { url } of records) cpSync(join(site, decodeURIComponent(url)), join(pages, decodeURIComponent(url)));
const pagefind = createRequire(import.meta.url).resolve(`@pagefind/${process.platform}-${process.arch}/bin/pagefind_extended`);
await measured("pagefind", pagefind, ["--site", pages, "--root-selector", "main", "--output-path", join(site, "pagefind")]);

const all = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile());
const size = (names) => names.reduce((sum, name) => sum + statSync(name).size, 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
const [own, theirs] = ["search", "pagefind"].map((name) => all(join(site, name)));
console.log(`search/: ${own.length} files, ${kb(size(own))} for ${records.length} records; pagefind/: ${theirs.length} files, ${kb(size(theirs))}; that is ${((100 * size(own)) / size(theirs)).toFixed(0)} %`);
const compressed = (script) => kb(gzipSync(readFileSync(all(join(site, "static")).find((name) => script.test(name))), { level: 9 }).length);
console.log(`client: ${compressed(/search\.\w+\.js$/)} gzip, and ${compressed(/search-more\.\w+\.js$/)} when it is needed; root: ${kb(statSync(join(site, "search", "root.bin")).size)}`);

const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".json": "application/json" };
const server = createServer((request, response) => {
  const file = join(site, decodeURIComponent(new URL(request.url, "http://x").pathname));
  if (!file.startsWith(site) || !existsSync(file) || statSync(file).isDirectory()) return response.writeHead(404).end();
  let body = readFileSync(file);
  const headers = { "content-type": types[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache", etag: `"${statSync(file).size}"` };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (from) {
    headers["content-range"] = `bytes ${from}-${to}/${body.length}`;
    body = body.subarray(Number(from), Number(to) + 1);
  } else if (/\.(js|html|css|json)$/.test(file)) {
    headers["content-encoding"] = "gzip";
    body = gzipSync(body);
  }
  sent += body.length;
  requests += 1;
  response.writeHead(from ? 206 : 200, headers).end(body);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
// Counted here, since a worker's requests are not seen from the page.
let [sent, requests] = [0, 0];
const base = `http://127.0.0.1:${server.address().port}/`;

// Each gives when the titles stood; it ends when the passages do.
const ask = {
  annals: async ({ query, start }) => {
    const box = document.querySelector(".search-box");
    const until = (done) =>
      new Promise((settled) => {
        const watch = new MutationObserver(() => done() && settled(watch.disconnect()));
        watch.observe(box, { childList: true, subtree: true, attributes: true });
      });
    const hits = () => [...box.querySelectorAll(".hit")];
    const answers = () => box.querySelectorAll(".hit, .nothing");
    answers().forEach((old) => old.remove());
    const titles = until(() => answers().length);
    if (!box.open) document.querySelector(".search-open").click();
    const input = box.querySelector("input");
    input.value = query;
    input.dispatchEvent(new Event("input"));
    await titles;
    const first = performance.now() - start;
    const bottom = box.getBoundingClientRect().bottom;
    const inSight = (hit) => hit.getBoundingClientRect().bottom <= bottom;
    const whole = () => hits().filter(inSight).every((hit) => hit.querySelector(".hit-text").textContent);
    if (!whole()) await until(whole);
    return first;
  },
  pagefind: async ({ base, query, shown, start }) => {
    globalThis.own ??= await import(`${base}pagefind/pagefind.js`);
    const { results } = await own.search(query);
    await Promise.all(results.slice(0, shown).map((result) => result.data()));
    // Titles come with the passages.
    return performance.now() - start;
  },
};
// The results of what has been typed so far, after every key; all but a first round, which fetches.
const type = {
  annals: async ({ queries, scripts }) => {
    for (const src of scripts) await new Promise((onload) => document.head.append(Object.assign(document.createElement("script"), { src, onload })));
    const index = annals.index(new URL("search/", document.querySelector(".search-open").href));
    return keystrokes(queries, (query) => index.search(query));
  },
  pagefind: async ({ base, queries, shown }) => {
    const own = await import(`${base}pagefind/pagefind.js`);
    return keystrokes(queries, async (query) => Promise.all((await own.search(query)).results.slice(0, shown).map((result) => result.data())));
  },
};
async function keystrokes(queries, search) {
  const times = [];
  for (let round = 0; round < 4; round += 1) {
    for (const query of queries) {
      for (let length = 1; length <= query.length; length += 1) {
        const start = performance.now();
        await search(query.slice(0, length));
        if (round) times.push(performance.now() - start);
      }
    }
  }
  return times;
}

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browser = await chromium.launch({ executablePath: candidates.find((path) => path && existsSync(path)), args: ["--no-sandbox"] });
const place = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

/** A page with nothing kept; what runs in it. */
async function visit(conditions, use) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${base}about.html`, { waitUntil: "networkidle" });
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  if (conditions) await session.send("Network.emulateNetworkConditions", conditions);
  await use((run, options) => page.evaluate(async ([run, options]) => eval(run)({ base: document.baseURI.replace(/[^/]*$/, ""), start: performance.now(), ...options }), [`${keystrokes};(${run})`, options]));
  await context.close();
}

for (const [net, conditions] of Object.entries({ localhost: null, "150 ms, 1.6 Mbps": { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 } })) {
  for (const name of Object.keys(ask)) {
    const rows = { cold: [], next: [], warm: [] };
    for (const [at, query] of queries.entries()) {
      await visit(conditions, async (evaluate) => {
        for (const [kind, words] of [["cold", query], ["next", queries[(at + 1) % queries.length]], ["warm", query]]) {
          const before = [sent, requests];
          const start = performance.now();
          const first = await evaluate(ask[name], { query: words, shown: SHOWN });
          rows[kind].push({ first, ms: performance.now() - start, bytes: sent - before[0], requests: requests - before[1] });
        }
      });
    }
    for (const [kind, list] of Object.entries(rows)) {
      const of = (what) => place(list.map((row) => row[what]), 0.5);
      console.log(`${net.padEnd(17)} ${name.padEnd(9)} ${kind.padEnd(5)} ${kb(of("bytes")).padStart(8)} ${String(of("requests")).padStart(3)} requests, titles after ${of("first").toFixed(1).padStart(7)} ms, all after ${of("ms").toFixed(1).padStart(7)} ms`);
    }
  }
}
const scripts = all(join(site, "static")).filter((file) => /search\.\w+\.js$/.test(file)).map((file) => base + file.slice(site.length + 1));
for (const name of Object.keys(type)) {
  await visit(null, async (evaluate) => {
    const times = await evaluate(type[name], { queries, scripts, shown: SHOWN });
    console.log(`warm keystroke    ${name.padEnd(9)} median ${place(times, 0.5).toFixed(1)} ms, 95 of 100 within ${place(times, 0.95).toFixed(1)} ms (${times.length} keystrokes)`);
  });
}
await browser.close();
server.close();
