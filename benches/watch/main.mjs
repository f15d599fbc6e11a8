// From a save to the browser: starts a preview of a copy of each log, edits one record again and again, and prints
// how long it takes until the page in Chromium shows it (a MutationObserver) and until HTTP gives it. Beside it the
// same for Hugo, Zola and mdBook, where they are installed.
//
//   cargo build --release && npm ci --prefix tests/browser
//   node benches/watch/main.mjs [--edits 50] [--memory 1000] LOG...
//
// A LOG is a folder with records; without one, this project's own log is taken. `cargo bench --bench build --
// --generate 10000 DIR` makes one of ten thousand. What a busy machine says is worth little.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installed } from "./peers.mjs";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const { chromium } = createRequire(join(top, "tests/browser/package.json"))("playwright-core");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { edits: { type: "string", default: "50" }, memory: { type: "string", default: "0" } },
});
const edits = Number(values.edits);
const binary = process.env.ANNALS_BIN ?? join(top, "target/release/annals");

const now = () => performance.timeOrigin + performance.now();
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const row = (name, times) => {
  const sorted = times.toSorted((a, b) => a - b);
  const [median, high, worst] = [at(sorted, 0.5), at(sorted, 0.95), sorted.at(-1)];
  console.log(`  ${name.padEnd(34)}${[median, high, worst].map((ms) => ms.toFixed(1).padStart(10)).join("")}`);
};
/** Resident memory in MiB, where the system says it. */
const memory = (pid) => {
  try {
    return (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024).toFixed(0);
  } catch {
    return "?";
  }
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const log of positionals.length ? positionals : [join(top, "example-site")]) {
  await measure(log);
  for (const peer of installed()) await measurePeer(peer, log);
}
await browser.close();

async function measure(log) {
  const root = join(mkdtempSync(join(tmpdir(), "annals-bench-")), "log");
  cpSync(log, root, { recursive: true, filter: (path) => !/[\\/](\.git|site)$/.test(path) });
  const { server, url, begun, started } = await start(root);
  try {
    const records = JSON.parse(await (await fetch(`${url}records.json`)).text()).records;
    const record = records[Math.floor(records.length / 2)];
    const address = url + record.url.replace(/^https?:\/\/[^/]+\//, "").replace(/^\//, "");
    const file = join(root, record.source);
    const text = readFileSync(file, "utf8");
    console.log(`\n${log}: ${records.length} records, first page after ${started.toFixed(0)} ms, ${memory(server.pid)} MiB`);
    const found = async (word) => (await (await fetch(`${url}search.json?limit=1&q=%22${word}%22`)).json()).total;
    while ((await found("nowhere")) === undefined);
    console.log(`  searchable after ${(now() - begun).toFixed(0)} ms`);
    console.log(`  ${"ms".padEnd(34)}${["median", "p95", "worst"].map((head) => head.padStart(10)).join("")}`);
    const titles = [/^# .*$/m, /^title:.*$/m].filter((line) => line.test(text));
    const status = /^status:.*$/m.exec(text)?.[0];
    const body = (word) => `${text}\n\n${word}\n`;
    const kinds = [["body edit", body]];
    const title = (word) => titles.reduce((text, line) => text.replace(line, (old) => `${/^\S+/.exec(old)[0]} ${word}`), text);
    if (titles.length) kinds.push(["title edit", title]);
    if (status) kinds.push(["status edit", (word) => body(word).replace(status, word.length % 2 ? "status: accepted" : "status: proposed")]);
    const page = await browser.newPage();
    await page.goto(address);
    await page.locator("annals-preview .pill").waitFor();
    for (const [name, change] of kinds) {
      const shown = [];
      const served = [];
      for (let edit = 0; edit < edits; edit += 1) {
        const word = newWord(edit);
        const seen = page.evaluate((word) => new Promise((done) => {
          const look = () => document.body.textContent.includes(word) && (watch.disconnect(), done(performance.timeOrigin + performance.now()));
          const watch = new MutationObserver(look);
          watch.observe(document, { subtree: true, childList: true, characterData: true });
        }), word);
        await page.evaluate(() => 0);
        writeFileSync(file, change(word));
        const saved = now();
        shown.push((await seen) - saved);
      }
      for (let edit = 0; edit < edits; edit += 1) served.push(await toHttp(file, address, change, edit));
      row(`${name}, in Chromium`, shown);
      row(`${name}, over HTTP`, served);
    }
    const version = async () => (await fetch(`${url}search/root.bin`, { method: "HEAD" })).headers.get("etag");
    const few = Math.min(edits, 10);
    const [answers, files] = [[], []];
    for (let edit = 0; edit < few; edit += 1) answers.push(await until(file, body, edit, async (word) => (await found(word)) === 1));
    for (let edit = 0; edit < few; edit += 1) {
      const before = await version();
      files.push(await until(file, body, edit, async () => (await version()) !== before));
    }
    row("body edit, found by search.json", answers);
    row("body edit, in the search's files", files);
    const before = memory(server.pid);
    for (let edit = 0; edit < Number(values.memory); edit += 1) {
      const word = `edit${edit}.`;
      writeFileSync(file, body(word));
      while (!(await (await fetch(address)).text()).includes(word)) await new Promise((again) => setTimeout(again, 1));
    }
    if (Number(values.memory)) console.log(`  ${values.memory} more edits: ${before} MiB before, ${memory(server.pid)} MiB after`);
    const cpu = () => readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ").slice(13, 15).map(Number).reduce((a, b) => a + b);
    await page.close();
    const idle = cpu();
    await new Promise((later) => setTimeout(later, 5000));
    console.log(`  idle for 5 s: ${(cpu() - idle) * 10} ms of processor time, ${memory(server.pid)} MiB`);
  } finally {
    server.kill("SIGINT");
    rmSync(dirname(root), { recursive: true, force: true });
  }
}

/** A word that was never there; lengths alternate. */
function newWord(edit) {
  return `edit${"x".repeat(edit % 2)}${Math.random().toString(36).slice(2)}`;
}

/** Saves a new word and waits until the server gives it. */
function toHttp(file, address, change, edit) {
  return until(file, change, edit, async (word) => (await (await fetch(address)).text()).includes(word));
}

/** Saves a new word and waits until it `is` there; how long that took. */
async function until(file, change, edit, is) {
  const word = newWord(edit);
  writeFileSync(file, change(word));
  const saved = now();
  while (!(await is(word))) await new Promise((again) => setTimeout(again, 1));
  return now() - saved;
}

/** The body edit alone, by the peer's own way of bringing it to the browser, which may load the page anew. */
async function measurePeer(peer, log) {
  const site = join(mkdtempSync(join(tmpdir(), "annals-bench-")), "site");
  peer.adapt(log, site);
  const port = await freePort();
  const begin = now();
  const server = spawn(peer.name, peer.serve(String(port)), { cwd: site, stdio: "ignore" });
  try {
    const url = `http://127.0.0.1:${port}/`;
    while (!(await fetch(url).then((reply) => reply.ok, () => false))) {
      if (server.exitCode !== null) throw new Error(`${peer.name} ended with ${server.exitCode}`);
      await new Promise((again) => setTimeout(again, 5));
    }
    const started = now() - begin;
    const paths = readdirSync(join(site, peer.content), { recursive: true }).filter((path) => /\d[^/]*\.md$/.test(path)).sort();
    const path = paths[Math.floor(paths.length / 2)];
    const file = join(site, peer.content, path);
    const text = readFileSync(file, "utf8");
    const change = (word) => `${text}\n\n${word}\n`;
    const address = await peer.address(url, path);
    console.log(`  ${peer.name} ${peer.version}: first page after ${started.toFixed(0)} ms, ${memory(server.pid)} MiB`);
    const page = await browser.newPage();
    await page.goto(address);
    // Some rebuild everything, which takes its time in a large log.
    const few = Math.min(edits, 10);
    const [shown, served] = [[], []];
    for (let edit = 0; edit < few; edit += 1) {
      const word = newWord(edit);
      // A page that has only just loaded does not listen yet, and would miss it for good.
      await page.waitForLoadState("networkidle");
      writeFileSync(file, change(word));
      const saved = now();
      await page.waitForFunction((word) => document.body?.textContent.includes(word), word, { timeout: 120_000 });
      shown.push(now() - saved);
    }
    for (let edit = 0; edit < few; edit += 1) served.push(await toHttp(file, address, change, edit));
    row("body edit, in Chromium", shown);
    row("body edit, over HTTP", served);
    await page.close();
  } catch (problem) {
    console.log(`  ${peer.name}: ${problem.message}`);
  } finally {
    server.kill();
    rmSync(dirname(site), { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

async function start(root) {
  const begun = now();
  const server = spawn(binary, ["watch", root, "--addr", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const url = await new Promise((found, failed) => {
    server.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      const line = /^preview: (\S+)/m.exec(said);
      if (line) found(line[1]);
    });
    server.on("exit", () => failed(new Error(said)));
  });
  await (await fetch(url)).text();
  return { server, url, begun, started: now() - begun };
}
