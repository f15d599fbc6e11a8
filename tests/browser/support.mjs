// What the browser tests share: building a site, serving it as a dumb static host would, and a browser that
// writes down every request, console error and policy violation.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const top = resolve(here, "../..");
export const shared = process.env.ANNALS_SHARED ?? resolve(top, "../shared");
export const binary = process.env.ANNALS_BIN ?? join(top, "target/debug/annals");

// The day the built sites speak of: some windows are open on it, and one record is overdue.
const today = String(Date.UTC(2026, 10, 24) / 1000);

const made = [];
const running = new Set();
process.on("exit", () => {
  running.forEach((child) => child.kill("SIGKILL"));
  made.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

/** Builds a root and gives the folder of the site. Exit status 1 (records with errors) is a built site too. */
export function build(root, ...options) {
  const out = join(mkdtempSync(join(tmpdir(), "annals-browser-")), "site");
  made.push(dirname(out));
  const env = { ...process.env, SOURCE_DATE_EPOCH: today };
  try {
    execFileSync(binary, ["build", root, "-o", out, ...options], { env, stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1 << 28 });
  } catch (problem) {
    if (problem.status !== 1) throw new Error(`annals build ${root}: ${problem.stderr ?? problem}`);
  }
  return out;
}

/** Writes files below a new folder, which goes with the process. */
export function folder(files) {
  const root = join(mkdtempSync(join(tmpdir(), "annals-browser-")), "log");
  made.push(dirname(root));
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) save(root, path, text);
  return root;
}

/** Writes one file, as a plain editor does. */
export function save(root, path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Starts a preview and waits for the line that says where it is. */
export async function preview(root, { port = 0, options = [] } = {}) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: today, NO_COLOR: "1", TERM_PROGRAM: "vscode" };
  const child = spawn(binary, ["watch", root, "--addr", `127.0.0.1:${port}`, ...options], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const url = await new Promise((found, failed) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      const at = /^preview: (\S+)/m.exec(said);
      if (at) found(at[1]);
    });
    child.on("exit", (code) => failed(new Error(`annals watch ended with ${code}: ${said}`)));
  });
  const ended = new Promise((done) => child.on("exit", done)).then(() => running.delete(child));
  const close = () => {
    child.kill("SIGINT");
    return ended;
  };
  running.add(child);
  return { url, port: Number(new URL(url).port), said: () => said, close };
}

let example;
/** The site of this project's own decisions, built once for each test file. */
export function exampleSite() {
  return (example ??= build(join(top, "example-site")));
}

/** Names of the public repositories' records that are beside the project. */
export function corpora() {
  const folder = join(shared, "corpora");
  if (!existsSync(folder)) {
    console.log(`skipped: the public logs are not in ${folder}`);
    return [];
  }
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory()).sort();
}

/** A public repository's records, or null where the corpora are not beside the project. */
export function corpus(name) {
  const path = join(shared, "corpora", name);
  return existsSync(path) ? path : null;
}

/** All files below a folder with the ending, relative and sorted. */
export function files(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending) && statSync(join(folder, name)).isFile())
    .sort();
}

/** For each kind of page its first page and its largest one: `{ kind: ["adr/0001.html", …] }`. */
export function pagesByKind(site) {
  const kinds = {};
  for (const name of files(site, ".html")) {
    const text = readFileSync(join(site, name), "utf8");
    const kind = /<body[^>]* data-page="([^"]+)"/.exec(text)?.[1] ?? "no-kind";
    (kinds[kind] ??= []).push({ name, size: text.length });
  }
  const chosen = {};
  for (const [kind, pages] of Object.entries(kinds)) {
    const largest = pages.reduce((a, b) => (b.size > a.size ? b : a));
    chosen[kind] = [...new Set([pages[0].name, largest.name])];
  }
  return chosen;
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/** Serves a folder below a prefix (`/some/where/`), with `404.html` for what is not there. */
export async function serve(folder, prefix = "/") {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    let file = path.startsWith(prefix) ? join(folder, path.slice(prefix.length)) : null;
    if (file && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    const found = file && file.startsWith(folder) && existsSync(file);
    const body = found ? file : join(folder, "404.html");
    const bytes = readFileSync(body);
    const headers = { "content-type": types[extname(body)] ?? "application/octet-stream", "accept-ranges": "bytes" };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (found && from && Number(from) < bytes.length) {
      const part = bytes.subarray(Number(from), Number(to) + 1);
      response.writeHead(206, { ...headers, "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}` });
      response.end(part);
      return;
    }
    response.writeHead(found ? 200 : 404, headers);
    response.end(bytes);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, url: origin + prefix, close: () => new Promise((done) => server.close(done)) };
}

/** Debian's Chromium, or the one that CHROMIUM names. */
export function launch() {
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no chromium: install it, or name it in CHROMIUM");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page that remembers what went wrong on it and whom it asked for something. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  // A violation of the content security policy is reported on the console as an error.
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (problem) => seen.errors.push(String(problem)));
  return { page, seen, close: () => context.close() };
}
