// The search of a site beside Pagefind over the same pages, in one run: what lies on the disk, and what a first and a
// second query cost in bytes, requests and milliseconds, at once and at 150 ms and 1.6 Mbps. Each answers with titles
// and excerpts of its first results.
//
//   npm ci --prefix benches/search
//   node benches/search/bench.mjs ANNALS ROOT [QUERY…]      ANNALS: a release build of this program
//
// Bytes and requests are exact; milliseconds say something about this machine and this run only.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
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
const timed = (what, run) => {
  const start = performance.now();
  run();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
};
const quietly = { stdio: "ignore" };
try {
  timed("annals build, search included", () => execFileSync(annals, ["build", root, "-o", site], quietly));
} catch (problem) {
  if (problem.status !== 1) throw problem;
}
// Pagefind sees the record pages alone: it has no notion of lists.
const records = JSON.parse(readFileSync(join(site, "records.json"), "utf8")).records;
const pages = join(folder, "pages");
for (const { url } of records) cpSync(join(site, decodeURIComponent(url)), join(pages, decodeURIComponent(url)));
const pagefind = fileURLToPath(new URL("node_modules/.bin/pagefind", import.meta.url));
timed("pagefind", () => execFileSync(pagefind, ["--site", pages, "--root-selector", "main", "--output-path", join(site, "pagefind")], quietly));

const all = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile());
const size = (names) => names.reduce((sum, name) => sum + statSync(name).size, 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
for (const name of ["search", "pagefind"]) console.log(`${name}/: ${all(join(site, name)).length} files, ${kb(size(all(join(site, name))))} for ${records.length} records`);
const compressed = (own) => kb(gzipSync(readFileSync(all(join(site, "static")).find((name) => own.test(name))), { level: 9 }).length);
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

const ask = {
  // Gives when the titles stood; it ends when the passages do.
  annals: async ({ base, query, shown, scripts, start }) => {
    if (!globalThis.annals) {
      for (const src of scripts) await new Promise((done) => document.head.append(Object.assign(document.createElement("script"), { src, onload: done })));
    }
    globalThis.index ??= globalThis.annals.index(new URL("search/", base));
    const result = await index.search(query);
    const first = performance.now() - start;
    await Promise.all(result.results.slice(0, shown).map((hit) => index.excerpt(hit, result)));
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

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browser = await chromium.launch({ executablePath: candidates.find((path) => path && existsSync(path)), args: ["--no-sandbox"] });
const middle = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
for (const [net, conditions] of Object.entries({ localhost: null, "150 ms, 1.6 Mbps": { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 } })) {
  for (const name of Object.keys(ask)) {
    const rows = { cold: [], next: [], warm: [] };
    for (const [at, query] of queries.entries()) {
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${base}about.html`);
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      if (conditions) await session.send("Network.emulateNetworkConditions", conditions);
      const files = scripts.filter((file) => /search\.\w+\.js$/.test(file)).map((file) => base + file.slice(site.length + 1));
      for (const [kind, words] of [["cold", query], ["next", queries[(at + 1) % queries.length]], ["warm", query]]) {
        const before = [sent, requests];
        const [first, ms] = await page.evaluate(async ([run, options]) => {
          const start = performance.now();
          const first = await eval(`(${run})`)({ ...options, start });
          return [first, performance.now() - start];
        }, [String(ask[name]), { base, query: words, shown: SHOWN, scripts: files }]);
        rows[kind].push({ first, ms, bytes: sent - before[0], requests: requests - before[1] });
      }
      await context.close();
    }
    for (const [kind, list] of Object.entries(rows)) {
      const of = (what) => middle(list.map((row) => row[what]));
      console.log(`${net.padEnd(17)} ${name.padEnd(9)} ${kind.padEnd(5)} ${kb(of("bytes")).padStart(8)} ${String(of("requests")).padStart(3)} requests, titles after ${of("first").toFixed(1).padStart(7)} ms, all after ${of("ms").toFixed(1).padStart(7)} ms`);
    }
  }
}
await browser.close();
server.close();
